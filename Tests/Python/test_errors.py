"""Every failure is an exception that says what happened, and matches a built-in one."""

from __future__ import annotations

import builtins
import concurrent.futures
import copy
import multiprocessing
import pickle
import traceback
from collections.abc import Callable

import pytest

import sparkchat
from service import MakeChat, Service
from sparkchat import Outcome, Phase, Spark, SparkError, Status, errors


@pytest.mark.parametrize(
    ("code", "kind", "builtin", "retryable"),
    [
        (10012, "ServiceError", Exception, True),
        (11202, "RateLimitError", Exception, True),
        (10013, "ContentFilteredError", Exception, False),
        (10014, "ContentFilteredError", Exception, False),
        (10004, "InvalidRequestError", ValueError, False),
        (11200, "PermissionDeniedError", PermissionError, False),
        (11201, "QuotaError", Exception, False),
        (10907, "ContextLengthError", ValueError, False),
        (10008, "OverloadedError", Exception, True),
        (99999, "ServiceError", Exception, False),
    ],
)
def test_errors_of_the_service(
    chat: MakeChat, code: int, kind: str, builtin: type[Exception], retryable: bool
) -> None:
    with pytest.raises(SparkError) as caught:
        chat(f"error:code={code}").invoke("Hello")
    error = caught.value
    assert type(error) is getattr(sparkchat, kind)
    assert isinstance(error, (builtin, errors.ServiceError))
    assert error.service_code == code
    assert error.sid is not None
    assert error.sid in str(error)
    assert str(code) in error.message
    assert error.retryable is retryable
    assert error.response is not None
    assert error.response.outcome is Outcome.FAILED
    assert error.response.sid == error.sid


def test_a_refused_connection_says_everything(chat: MakeChat) -> None:
    with pytest.raises(sparkchat.AuthenticationError) as caught:
        chat(tls=True, api_secret="NotTheSecretOfThisKey0000000000x").invoke("Hello")
    error = caught.value
    assert isinstance(error, PermissionError)
    assert error.status is Status.ERR_AUTH
    assert error.http_status == 401
    assert error.http_body is not None
    assert "HMAC signature does not match" in error.http_body
    assert error.server_date is not None
    assert error.server_date.endswith("GMT")
    assert error.clock_skew is not None
    assert abs(error.clock_skew) <= 2
    assert error.phase is Phase.UPGRADE
    assert error.hint in str(error)
    assert error.service_code is None
    assert error.sid is None


def test_a_wrong_clock_is_measured(chat: MakeChat) -> None:
    with pytest.raises(sparkchat.AuthenticationError) as caught:
        chat("skew:seconds=1000").invoke("Hello")
    assert caught.value.http_status == 403
    assert caught.value.clock_skew is not None
    assert abs(abs(caught.value.clock_skew) - 1000) <= 2


def test_another_refusal_is_a_handshake_error(chat: MakeChat) -> None:
    with pytest.raises(sparkchat.HandshakeError) as caught:
        chat("status:code=404,body=404 page not found").invoke("Hello")
    assert isinstance(caught.value, ConnectionError)
    assert (caught.value.http_status, caught.value.http_body) == (404, "404 page not found")


def test_a_failing_gateway_is_a_service_error(chat: MakeChat) -> None:
    with pytest.raises(sparkchat.ServiceError) as caught:
        chat("status:code=503,body=busy").invoke("Hello")
    assert (caught.value.http_status, caught.value.service_code) == (503, None)
    assert caught.value.retryable


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        ({"port": "tls_wrong_name"}, "CertificateError"),
        ({"port": "tls_untrusted"}, "CertificateError"),
        ({"port": "tls_expired"}, "CertificateError"),
        ({"port": "tls_old"}, "TransportError"),
        ({"port": "garbage"}, "TransportError"),
        ({"port": "reset"}, "TransportError"),
        ({"port": "close"}, "TransportError"),
        ({"scenario": "bad_accept"}, "TransportError"),
        ({"scenario": "bad_json"}, "ProtocolError"),
        ({"scenario": "bad_utf8"}, "ProtocolError"),
        ({"scenario": "masked"}, "ProtocolError"),
        ({"scenario": "oversize"}, "TooLargeError"),
        ({"scenario": "big_frame:bytes=100000", "max_message_size": 2000}, "TooLargeError"),
        ({"scenario": "big_frame:bytes=100000", "max_answer_size": 2000}, "TooLargeError"),
        ({"scenario": "close_early:after=2"}, "TruncatedError"),
        ({"scenario": "drop:after=2,how=reset"}, "TruncatedError"),
        ({"url": "ws://127.0.0.1:1/v3.5/chat"}, "ConnectError"),
        ({"url": "ws://nowhere.invalid/v3.5/chat"}, "ResolveError"),
    ],
)
def test_errors_of_the_connection(chat: MakeChat, arguments: dict[str, object], kind: str) -> None:
    with pytest.raises(ConnectionError) as caught:
        chat(**arguments).invoke("Hello")
    assert isinstance(caught.value, getattr(sparkchat, kind))


def test_a_certificate_is_verified(chat: MakeChat) -> None:
    with pytest.raises(sparkchat.CertificateError):
        chat(tls=True, ca_file=None).invoke("Hello")


def test_the_systems_error_number_is_passed_on(chat: MakeChat) -> None:
    with pytest.raises(sparkchat.ConnectError) as caught:
        chat(url="ws://127.0.0.1:1/v3.5/chat").invoke("Hello")
    assert caught.value.os_errno == caught.value.errno == 111


def test_a_deadline_is_a_timeout_error(chat: MakeChat) -> None:
    with pytest.raises(TimeoutError):
        chat("stall", total_timeout=0.2).invoke("Hello")


def test_errors_before_anything_is_sent(chat: MakeChat, service: Service, tag: str) -> None:
    client = chat(tag=tag)
    with pytest.raises(sparkchat.InvalidArgumentError) as caught:
        client.invoke("Hello", temperature=1.5)
    assert isinstance(caught.value, ValueError)
    assert caught.value.response is None
    assert "temperature" in caught.value.message
    assert "1" in caught.value.hint
    assert service.records(tag, wait=0.1) == []


def test_missing_credentials_say_what_to_set() -> None:
    with pytest.raises(sparkchat.ConfigError) as caught:
        sparkchat.Spark("a1b2c3d4", "key")
    assert isinstance(caught.value, ValueError)
    assert "IFLYTEK_SPARK_API_SECRET" in str(caught.value)
    assert "set api_secret" in str(caught.value)


def test_all_that_is_missing_is_told_at_once() -> None:
    names = ("app_id", "api_key", "api_secret")
    for make in (sparkchat.Spark, sparkchat.AsyncSpark):
        with pytest.raises(sparkchat.ConfigError) as caught:
            make()
        assert caught.value.message == "app id, API key and API secret are not set"
        for name in names:
            assert name in caught.value.hint
            assert f"IFLYTEK_SPARK_{name.upper()}" in caught.value.hint
    with pytest.raises(sparkchat.ConfigError, match="was not read"):
        sparkchat.Spark(environment=False)
    with pytest.raises(sparkchat.ConfigError, match=r"set api_password .*or api_key and"):
        sparkchat.Spark(transport="http")


@pytest.mark.parametrize(
    "make",
    [
        lambda: sparkchat.Spark(),
        lambda: sparkchat.Spark("a1b2c3d4"),
        lambda: sparkchat.Spark(transport="http"),
        lambda: sparkchat.Spark(environment=False),
        lambda: sparkchat.Spark(api_password="x", model="image"),
        lambda: sparkchat.Spark("a", "b", "c", model="nonsense"),
        lambda: sparkchat.Spark("a", "b", "c", domain="nonsense"),
        lambda: sparkchat.Spark("a", "b", "c", keepalive=0.5),
        lambda: sparkchat.Spark("a", "b", "c", max_attempts=99),
        lambda: sparkchat.Spark("a", "b", "c", retry_backoff=(5, 1)),
        lambda: sparkchat.Spark("a", "b", "c", max_rate=-1),
    ],
)
def test_no_message_speaks_of_c(make: Callable[[], object]) -> None:
    with pytest.raises(SparkError) as caught:
        make()
    said = str(caught.value)
    for word in ("sparkchat_", "load the environment", "NULL", "header", " ms"):
        assert word not in said


def test_every_status_has_an_exception_of_its_own() -> None:
    classes = {status: errors.class_for(status) for status in Status if status < 0}
    del classes[Status.ERR_CALLBACK]
    assert len(set(classes.values())) == len(classes)
    for status, kind in classes.items():
        assert kind.default_status is status
        assert issubclass(kind, SparkError)
        assert not hasattr(builtins, kind.__name__)
        assert getattr(sparkchat, kind.__name__) is kind


@pytest.mark.parametrize(
    ("number", "kind"),
    [(-29, "TransportError"), (-39, "TLSError"), (-49, "ProtocolError"), (-59, "ServiceError")],
)
def test_a_status_of_a_newer_library_gets_the_family(number: int, kind: str) -> None:
    assert errors.class_for(Status(number)) is getattr(sparkchat, kind)


def test_errors_survive_pickling(chat: MakeChat) -> None:
    # Errors come back pickled from a pool of processes.
    for scenario in ("drop:after=2", "error:code=11200,after=1", "status:code=500"):
        with pytest.raises(SparkError) as caught:
            chat(scenario).invoke("Hello")
        error = caught.value
        copy = pickle.loads(pickle.dumps(error))
        assert type(copy) is type(error)
        assert str(copy) == str(error)
        assert vars(copy) == vars(error)


KINDS = [getattr(sparkchat, name) for name in sparkchat.__all__ if name.endswith("Error")]


def make_error(kind: type[SparkError]) -> SparkError:
    """Return an error with something in every attribute."""
    error = kind(
        "it failed",
        hint="do better",
        service_code=1,
        sid="sid",
        http_status=500,
        clock_skew=7,
        retry_after=1.5,
        os_errno=111,
        phase=Phase.IDLE,
        retryable=True,
        response=sparkchat.Response("text", usage=sparkchat.Usage(1, 2, 3)),
    )
    error.note = ["of a subclass"]  # type: ignore[attr-defined]
    error.__cause__ = KeyError("cause")
    return error


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "copied",
    [lambda error: pickle.loads(pickle.dumps(error)), copy.copy, copy.deepcopy],
    ids=["pickle", "copy", "deepcopy"],
)
def test_a_copy_of_an_error_keeps_everything(
    kind: type[SparkError], copied: Callable[[SparkError], SparkError]
) -> None:
    error = make_error(kind)
    again = copied(error)
    assert type(again) is kind
    assert vars(again) == vars(error)
    assert (str(again), again.args) == (str(error), error.args)
    assert getattr(again, "errno", None) == getattr(error, "errno", None)
    assert repr(again.__cause__) == repr(error.__cause__)
    assert again.__suppress_context__ is True


def test_a_subclass_with_other_arguments_is_copied() -> None:
    error = _Own(5, 6)
    for again in (copy.copy(error), pickle.loads(pickle.dumps(error))):
        assert (type(again), again.number, again.errno) == (_Own, 5, None)


class _Own(sparkchat.ConnectError):
    def __init__(self, number: int, other: int) -> None:
        super().__init__(f"{number} {other}")
        self.number = number


class _Unpicklable(Exception):
    def __init__(self, first: object, second: object) -> None:
        super().__init__("only one of them")


@pytest.mark.parametrize("cause", [_Unpicklable(1, 2), ValueError(lambda: None)])
def test_a_cause_that_cannot_be_pickled_is_left_behind(cause: Exception) -> None:
    error = sparkchat.ConnectError("it failed", os_errno=111)
    error.__cause__ = cause
    again = pickle.loads(pickle.dumps(error))
    assert (again.__cause__, again.errno) == (None, 111)
    assert copy.copy(error).__cause__ is cause


def _fail(kind: type[SparkError]) -> None:
    raise make_error(kind) from KeyError("cause")


def test_errors_come_back_from_other_processes() -> None:
    context = multiprocessing.get_context("spawn")
    with concurrent.futures.ProcessPoolExecutor(1, mp_context=context) as pool:
        for kind in KINDS:
            error = pool.submit(_fail, kind).exception(timeout=60)
            assert isinstance(error, SparkError)
            assert type(error) is kind
            assert vars(error) == vars(make_error(kind))
            assert getattr(error, "errno", 111) == 111


def test_an_error_leaves_nothing_behind(chat: MakeChat) -> None:
    client = chat()
    expected = client.invoke("Hello").text
    for expression in ("error:code=10013,after=2", "drop:after=2", "close_early", "bad_json"):
        with pytest.raises(SparkError):
            client.invoke(f"#scenario {expression}")
        assert client.invoke("Hello").text == expected


def test_a_timed_out_call_leaves_nothing_behind(chat: MakeChat) -> None:
    client = chat(idle_timeout=0.2)
    with pytest.raises(TimeoutError):
        client.invoke("#scenario stall:at=middle")
    assert client.invoke("#scenario echo").text == "#scenario echo"


def test_a_traceback_with_local_variables(chat: MakeChat) -> None:
    async def look() -> str:
        """Look."""
        return "seen"

    client = chat()
    for fail in (
        lambda: Spark(max_rate=-1),
        lambda: client.conversation(tools=[look]),
        lambda: client.conversation().stream(""),
        lambda: client.batch_iter(5),  # type: ignore[arg-type]
    ):
        with pytest.raises((SparkError, TypeError)) as caught:
            fail()
        # Objects whose `__init__` has failed are among the variables.
        shown = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
        assert "self = " in "".join(shown.format())
