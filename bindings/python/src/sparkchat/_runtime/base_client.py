"""The base of the clients: settings, and the library's client made from them."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from functools import partial
from types import MemberDescriptorType
from typing import TYPE_CHECKING, Any

from .._capi import functions, types
from .._capi.half_made import shown_half_made
from .._capi.handle import Handle
from .._capi.processes import PerProcess
from .._capi.strings import encode_any
from .._capi.values import flag
from .._requests.building import new_request
from .._requests.foreign_words import METHODS
from .._requests.given_options import kept, known
from .._typing import Self, Unpack
from ..enums import Transport
from ..errors import InvalidArgumentError, StateError
from ..limiters.protocol import Limiter
from ..models import Model, read_model
from ..settings import Changes, Settings
from .configuring import CONVERTERS, new_client
from .hosts import is_service
from .secret import SECRET, Secret

# One of these replaces all of them.
_WHERE = frozenset({"model", "url", "domain"})
_SETTINGS = (*CONVERTERS, "environment", "pickle_secrets", "limiter")


class Client:
    """Where to send requests, and with which credentials. It never changes."""

    __slots__ = (
        "__weakref__",
        "_client",
        "_defaults",
        "_domain",
        "_model",
        "_ours",
        "_settings",
        "_transport",
        "_url",
    )

    def __init__(
        self,
        app_id: str | None = None,
        api_key: str | None = None,
        api_secret: str | None = None,
        **settings: Unpack[Settings],
    ) -> None:
        _check_app_id(app_id)
        given: dict[str, Any] = {
            "app_id": app_id,
            "api_key": api_key,
            "api_secret": api_secret,
            **settings,
        }
        chosen = {name: given.pop(name) for name in _SETTINGS if name in given}
        chosen = {name: value for name, value in chosen.items() if value is not None}
        self._ours: dict[str, Any] = {
            "environment": flag("environment", chosen.pop("environment", True)),
            "pickle_secrets": flag("pickle_secrets", chosen.pop("pickle_secrets", False)),
            "limiter": _limiter(chosen.pop("limiter", None)),
        }
        self._defaults = kept(known(type(self).__name__, given, is_client=True))
        # Report a bad default here, not with the first question.
        new_request(self._defaults).close()
        # The library does not return secrets, but a copy with other settings and a child process
        # need them again.
        self._settings = {n: Secret(n, v) if n in SECRET else v for n, v in chosen.items()}
        self._client: PerProcess[types.Client] | None = PerProcess(
            partial(_new_client, self._settings, self._ours["environment"], self._ours["limiter"])
        )
        pointer = self._client.get().pointer
        self._url: str = functions.client_url(pointer).decode()
        self._domain: str = functions.client_domain(pointer).decode()
        self._transport = Transport(functions.client_transport(pointer))
        model = functions.client_model(pointer)
        self._model = read_model(model) if model else None

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            said = f"{type(self).__name__!r} object has no attribute {name!r}"
            advice = f"; {METHODS[name]}" if name in METHODS else ""
            raise AttributeError(said + advice, name=name, obj=self)

    @property
    def url(self) -> str:
        """The URL that this client sends requests to."""
        return self._url

    @property
    def domain(self) -> str:
        """The service's name for the model."""
        return self._domain

    @property
    def transport(self) -> Transport:
        """The transport of the requests."""
        return self._transport

    @property
    def model(self) -> Model | None:
        """The model whose limits requests are checked against; None if it is not known."""
        return self._model

    def with_options(self, **changes: Unpack[Changes]) -> Self:
        """Return a client like this one, with other settings or options; None resets one.

        `model`, `url` and `domain` belong together: one of them replaces all three, except that a
        URL that is not the service's own, such as a gateway's, stays until you give another. If
        only options change, both clients share connections and limits. Otherwise the new client has
        its own, and reads again what this one has read from the environment. In a subclass,
        attributes are copied and `__init__` is not called, as for all kinds of copies.

        >>> from sparkchat import Spark
        >>> Spark(model="max").with_options(model="4.0Ultra").domain
        '4.0Ultra'
        """
        self._open_client()
        options = {name: value for name, value in changes.items() if name not in _SETTINGS}
        changed = kept(known("with_options", options, is_client=True))
        defaults = {n: v for n, v in self._defaults.items() if n not in options} | changed
        like = self.__copy__()
        if len(options) == len(changes):
            new_request(defaults).close()
            like._defaults = defaults
            return like
        given: dict[str, Any] = {n: v for n, v in changes.items() if n in _SETTINGS}
        settings = {name: _revealed(value) for name, value in self._settings.items()}
        if given.keys() & _WHERE:
            url = settings.get("url")
            settings = {name: value for name, value in settings.items() if name not in _WHERE}
            if url is not None and "url" not in given and not is_service(url):
                settings["url"] = url
                # With a URL, a domain is used as given, while a model determines the path.
                if given.get("model") is None and given.get("domain") is not None:
                    given["model"] = given.pop("domain")
        Client.__init__(like, **{**settings, **defaults, **self._ours, **given})
        return like

    def _close(self) -> None:
        self._client = None
        self._settings = {}

    def __copy__(self) -> Self:
        like = type(self).__new__(type(self))
        for name in Client.__slots__[1:]:
            setattr(like, name, getattr(self, name))
        _set_attributes(like, *_attributes(self))
        return like

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        like = self.__copy__()
        _set_attributes(like, *copy.deepcopy(_attributes(self), memo))
        return like

    def __reduce__(self) -> tuple[Any, ...]:
        self._open_client()
        secrets = sorted(name for name in self._settings if name in SECRET)
        if secrets and not self._ours["pickle_secrets"]:
            raise TypeError(
                f"the client was given {', '.join(secrets)}, which is not pickled: leave it to the"
                " environment, or make the client with pickle_secrets=True"
            )
        settings = {name: _revealed(value) for name, value in self._settings.items()}
        arguments = {**settings, **self._defaults, **self._ours}
        attributes, slots = _attributes(self)
        state = attributes or None
        return _make, (type(self), arguments), (state, slots) if slots else state

    @shown_half_made
    def __repr__(self) -> str:
        model = "" if self._model is None else f"model={self._model.name!r}, "
        # A query may hold a signature.
        url = self._url.partition("?")[0]
        return f"{type(self).__name__}({model}url={url!r}, domain={self._domain!r})"

    def _chosen(self, function: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options of a request."""
        return {**self._defaults, **known(function, options)}

    def _open_client(self) -> Handle[types.Client]:
        return self._shared_client().get()

    def _shared_client(self) -> PerProcess[types.Client]:
        # A local reference: `close` in another thread does not free the client while it is in use.
        client = self._client
        if client is None:
            raise StateError("the client is closed")
        return client


def _check_app_id(app_id: object) -> None:
    """Reject what other packages take as the first argument: a model, or a URL."""
    if not isinstance(app_id, str):
        return
    if "://" in app_id:
        # Not repeated: it may hold a signature or a password.
        said, hint = "app_id is a URL", "write url=..."
    elif functions.model_find(encode_any("app_id", app_id)):
        said, hint = f"app_id is {app_id!r}, which is a model", f"write model={app_id!r}"
    else:
        return
    raise InvalidArgumentError(said, hint=f"{hint}; the first argument is the APPID of the console")


def _new_client(
    settings: Mapping[str, Any],
    environment: bool,
    limiter: Limiter | None,
    parents: Handle[types.Client] | None,
) -> Handle[types.Client]:
    return new_client({n: _revealed(v) for n, v in settings.items()}, environment, limiter)


def _limiter(given: Any) -> Limiter | None:
    if given is None or isinstance(given, Limiter):
        return given
    raise TypeError(
        f"limiter must have acquire, report and release, which {type(given).__name__} does not;"
        " see sparkchat.limiters.Limiter"
    )


def _revealed(value: Any) -> Any:
    return value.reveal() if isinstance(value, Secret) else value


def _attributes(client: Client) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the attributes that a subclass has added: those in its `__dict__`, and its slots."""
    slots = [
        name
        for kind in type(client).__mro__
        if kind is not Client
        for name, member in vars(kind).items()
        if isinstance(member, MemberDescriptorType) and hasattr(client, name)
    ]
    return getattr(client, "__dict__", {}), {name: getattr(client, name) for name in slots}


def _set_attributes(
    client: Client, attributes: Mapping[str, Any], slots: Mapping[str, Any]
) -> None:
    for name, value in {**attributes, **slots}.items():
        object.__setattr__(client, name, value)


def _make(kind: type[Client], settings: dict[str, Any]) -> Client:
    client = kind.__new__(kind)
    Client.__init__(client, **settings)
    return client
