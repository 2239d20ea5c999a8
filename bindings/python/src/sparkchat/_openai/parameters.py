"""Turns the parameters of a chat completion into this library's options.

A parameter that would change the answer and is not supported is rejected; one that would not change
it is ignored. A value that equals the default behaviour is left out: programs send such values to
every server.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .._requests.building import new_request
from ..errors import SparkError
from ..options import Options
from .refusal import RefusedError, reading

# Most are OpenAI's; the others are this library's own options, which `extra_body` may contain.
_OPTIONS = frozenset(Options.__annotations__) - {"extra"}
_OTHER_NAMES = {"max_completion_tokens": "max_tokens", "enable_thinking": "thinking"}
_NEUTRAL: dict[str, tuple[Any, ...]] = {
    "audio": (),
    "frequency_penalty": (0,),
    "function_call": (),
    "functions": ([],),
    "grammar": (),
    "guided_choice": (),
    "guided_json": (),
    "guided_regex": (),
    "logit_bias": ({},),
    "logprobs": (False,),
    "min_p": (0,),
    "min_tokens": (0,),
    "modalities": (["text"],),
    "n": (1,),
    "presence_penalty": (0,),
    "repetition_penalty": (1,),
    "response_format": ("text", {"type": "text"}),
    "seed": (),
    "stop": ("", []),
    "tools": ([],),
    "top_logprobs": (0,),
    "top_p": (1,),
    "verbosity": ("medium",),
}
_HINTS = {
    "n": "ask several times",
    "functions": 'use "tools"',
    "function_call": 'use "tool_choice"',
    "response_format": (
        'the service has no schemas: use {"type": "json_object"}, or a tool with the schema'
    ),
}
# Read in addition to the options.
_BESIDE = {
    "messages",
    "model",
    "parallel_tool_calls",
    "stream",
    "stream_options",
    "user",
    "web_search_options",
}
KNOWN = _OPTIONS.union(_OTHER_NAMES, _NEUTRAL, _BESIDE)
"""Every parameter that a request may have."""
# The longest that the service accepts.
_LONGEST_USER = 32
# Words of the library's errors that do not name the option, and the parameter they are about.
_ABOUT = {
    "json mode": "response_format",
    "tools and web search": "tools",
    "tools are": "tools",
    "the tool is named": "tools",
    "tool call has": "messages",
    "has no result": "messages",
    "the result": "messages",
    "tool": "tool_choice",
    "web search": "search",
    "message": "messages",
    "image": "messages",
}


def read_model(body: Mapping[str, Any]) -> str:
    """Return the name of the model that a request asks."""
    model = body.get("model")
    if not isinstance(model, str) or not model:
        raise RefusedError("model must be the name of a model", "model")
    return model


@dataclass(frozen=True)
class Parameters:
    """The options that a request sets, and the request's name for each."""

    options: dict[str, Any]
    names: dict[str, str]
    ignored: list[str]
    """Unknown parameters, which are not sent to the service."""

    def named_in(self, error: SparkError) -> str | None:
        """Return the parameter that an error about a whole request is about, if it says so."""
        said = error.message.lower()
        options = (name for name in self.options if name in said)
        about = (name for words, name in _ABOUT.items() if words in said)
        name = next(options, None) or next(about, None)
        return None if name is None else self.names.get(name, name)


def read_parameters(body: Mapping[str, Any], *, extra: bool = False) -> Parameters:
    """Return the options of a request; `extra` says whether it may have the option `extra`.

    RefusedError: it asks for something that the service does not support.
    """
    ours = {"extra"} if extra else set()
    said = {
        name: value
        for name, value in body.items()
        if value is not None and value not in _NEUTRAL.get(name, ())
    }
    for name in said:
        if name in _NEUTRAL and name not in _OPTIONS:
            raise _refused(name)
    if _kind_of(said.get("response_format")) == "json_schema":
        raise _refused("response_format")
    if "tools" not in said and said.get("tool_choice") in ("auto", "none"):
        del said["tool_choice"]
    found = {
        name: (name, value) for name, value in said.items() if name in _OPTIONS or name in ours
    }
    for name, option in _OTHER_NAMES.items():
        if name in said:
            found[option] = name, said[name]
    if "thinking" in found:
        # As other services write it: {"type": "disabled"}.
        name, thinking = found["thinking"]
        found["thinking"] = name, _kind_of(thinking)
    if said.get("reasoning_effort") == "none":
        found["thinking"] = found.pop("reasoning_effort")[0], False
    if "web_search_options" in said:
        found |= dict.fromkeys(("search", "references"), ("web_search_options", True))
    for option, (name, value) in found.items():
        with reading(name):
            new_request({option: value}).close()
    return Parameters(
        options={option: value for option, (_, value) in found.items()},
        names={option: name for option, (name, _) in found.items()},
        ignored=[name for name in body if name not in KNOWN and name not in ours],
    )


def read_user(body: Mapping[str, Any]) -> str | None:
    """Return the user that a request names; a long name is hashed to a shorter one."""
    user = body.get("user")
    if user is None or user == "":
        return None
    if not isinstance(user, str):
        raise RefusedError("user must be a string", "user")
    if len(user) <= _LONGEST_USER:
        return user
    return hashlib.sha256(user.encode("utf-8", "replace")).hexdigest()[:_LONGEST_USER]


def read_switch(
    body: Mapping[str, Any], name: str, *, default: bool = False, where: str = ""
) -> bool:
    """Return a parameter that must be true or false."""
    value = body.get(name)
    if value is not None and not isinstance(value, bool):
        raise RefusedError(f"{where}{name} must be true or false", f"{where}{name}")
    return default if value is None else value


def _kind_of(value: object) -> object:
    return value.get("type") if isinstance(value, Mapping) else value


def _refused(name: str) -> RefusedError:
    hint = _HINTS.get(name, "leave it out")
    message = f"{name} has a value that the service does not support; {hint}"
    return RefusedError(message, name, "unsupported_parameter")
