"""The library logs through Python's `logging`, without secrets."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from typing import Any

import pytest

from service import MakeAsyncChat, MakeChat, Service
from sparkchat import SparkError, StateError
from sparkchat._capi import functions
from test_interrupt import Program
from test_secrets import KEY, PASSWORD, SECRET, looks_clean

LOGGER = logging.getLogger("sparkchat")


@pytest.fixture
def level() -> Iterator[None]:
    """Restore the logger's level."""
    before = LOGGER.level
    yield
    LOGGER.setLevel(before)


@pytest.mark.usefixtures("level")
def test_an_exchange_is_logged(
    chat: MakeChat, caplog: pytest.LogCaptureFixture, transport: str
) -> None:
    LOGGER.setLevel(logging.DEBUG)
    answer = chat(transport=transport).invoke("Hello")
    assert {record.name for record in caplog.records} == {"sparkchat"}
    assert {record.levelno for record in caplog.records} <= {logging.DEBUG, logging.INFO}
    fields: list[dict[str, Any]] = [record.__dict__["sparkchat"] for record in caplog.records]
    assert any(entry.get("sid") == answer.sid for entry in fields)
    assert any(f"sid={answer.sid}" in record.getMessage() for record in caplog.records)
    assert len({record.getMessage() for record in caplog.records}) > 2


@pytest.mark.usefixtures("level")
def test_levels(chat: MakeChat, caplog: pytest.LogCaptureFixture, tag: str) -> None:
    fast: dict[str, Any] = {"max_attempts": 2, "retry_backoff": (0.01, 0.01)}
    for level in (logging.INFO, logging.DEBUG):
        LOGGER.setLevel(level)
        caplog.clear()
        label = f"{tag}-{level}"
        chat("status:code=503,times=1", tag=label, **fast).invoke("Hello")
        assert {record.levelno for record in caplog.records} == {logging.INFO, level}


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize(
    "scenario", ["status:code=503", "error:code=10013", "drop:after=1", "stall:at=middle"]
)
def test_what_the_caller_is_told_is_no_warning(
    chat: MakeChat, async_chat: MakeAsyncChat, caplog: pytest.LogCaptureFixture, scenario: str
) -> None:
    LOGGER.setLevel(logging.INFO)
    settings = {"max_attempts": 3, "retry_backoff": (0.01, 0.01), "idle_timeout": 0.2}
    for ask in (
        lambda: chat(scenario, **settings).invoke("Hello"),
        lambda: list(chat(scenario, **settings).stream("Hello")),
        lambda: chat(scenario, **settings).batch(["Hello", "Hello"]),
        lambda: chat(scenario, **settings).conversation().ask("Hello"),
        lambda: asyncio.run(async_chat(scenario, **settings).invoke("Hello")),
    ):
        caplog.clear()
        with pytest.raises(SparkError):
            ask()
        assert {record.levelno for record in caplog.records} == {logging.INFO}


@pytest.mark.usefixtures("level")
def test_what_nobody_is_told_otherwise_is_a_warning(
    chat: MakeChat, caplog: pytest.LogCaptureFixture
) -> None:
    LOGGER.setLevel(logging.WARNING)
    # Where public sources disagree on what a model takes, the service decides.
    old = chat(path="/v2.1/chat", domain="generalv2")
    assert old.invoke([("system", "Be brief."), "Hello"]).text
    assert [record.levelno for record in caplog.records] == [logging.WARNING]


@pytest.mark.usefixtures("level")
def test_a_logger_that_takes_nothing_costs_nothing(
    chat: MakeChat, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("the client has set a log")

    LOGGER.setLevel(logging.CRITICAL)
    monkeypatch.setattr(functions, "config_set_log", refuse)
    quiet = chat()
    LOGGER.setLevel(logging.DEBUG)
    # Only the level at the time when the client was made counts.
    quiet.invoke("Hello")
    assert caplog.records == []


@pytest.mark.usefixtures("level")
def test_a_level_that_is_raised_later_counts(
    chat: MakeChat, caplog: pytest.LogCaptureFixture
) -> None:
    LOGGER.setLevel(logging.DEBUG)
    client = chat()
    LOGGER.setLevel(logging.ERROR)
    client.invoke("Hello")
    assert caplog.records == []


@pytest.mark.usefixtures("level")
@pytest.mark.parametrize(
    "arguments",
    [
        {},
        {"scenario": "error:code=10013"},
        {"scenario": "drop:after=1"},
        {"scenario": "skew:seconds=999"},
        {"scenario": "status:code=401"},
        {"port": "tls_untrusted"},
        {"url": "ws://127.0.0.1:1/v3.5/chat"},
        {"proxy": "http://me:SENTINEL@127.0.0.1:1"},
    ],
)
def test_no_record_shows_a_secret(
    chat: MakeChat, caplog: pytest.LogCaptureFixture, arguments: dict[str, Any], transport: str
) -> None:
    LOGGER.setLevel(logging.DEBUG)
    if "url" in arguments and transport == "http":
        arguments = {"url": "http://127.0.0.1:1/v1/chat/completions"}
    if "skew" in arguments.get("scenario", "") and transport == "http":
        # Only signatures depend on the clock.
        arguments = {"scenario": "status:code=403"}
    secrets: dict[str, Any] = {"api_key": KEY, "api_secret": SECRET}
    if transport == "http":
        secrets = {"api_password": PASSWORD}
    with pytest.raises(SparkError):
        chat(transport=transport, **secrets, **arguments).invoke("SENTINEL of a question")
    assert caplog.records
    for record in caplog.records:
        assert looks_clean(record.getMessage(), repr(vars(record)))


@pytest.mark.usefixtures("level")
def test_questions_and_answers_are_not_logged(
    chat: MakeChat, caplog: pytest.LogCaptureFixture
) -> None:
    LOGGER.setLevel(logging.DEBUG)
    assert chat("echo").invoke("SENTINEL").text == "SENTINEL"
    assert all(looks_clean(record.getMessage(), repr(vars(record))) for record in caplog.records)


@pytest.mark.usefixtures("level")
def test_asyncio_logs_too(async_chat: MakeAsyncChat, caplog: pytest.LogCaptureFixture) -> None:
    LOGGER.setLevel(logging.DEBUG)
    asyncio.run(async_chat().invoke("Hello"))
    assert caplog.records


@pytest.mark.usefixtures("level")
def test_what_a_filter_raises_comes_out_of_the_call(
    chat: MakeChat, async_chat: MakeAsyncChat
) -> None:
    class Broken(logging.Filter):
        def filter(self, record: logging.LogRecord) -> bool:
            raise ZeroDivisionError

    LOGGER.setLevel(logging.DEBUG)
    client, broken = chat(), Broken()
    LOGGER.addFilter(broken)
    try:
        with pytest.raises(ZeroDivisionError):
            client.invoke("Hello")
    finally:
        LOGGER.removeFilter(broken)
    assert client.invoke("Hello").text


@pytest.mark.usefixtures("level")
def test_a_handler_cannot_use_the_stream_that_it_logs(chat: MakeChat) -> None:
    refused: list[str] = []

    class Using(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            try:
                next(stream, None)
            except StateError as error:
                refused.append(error.message)

    LOGGER.setLevel(logging.DEBUG)
    stream, handler = chat().stream("1+1"), Using()
    LOGGER.addHandler(handler)
    try:
        assert stream.finish().text == "1 + 1 = **2**."
    finally:
        LOGGER.removeHandler(handler)
    assert refused
    assert all("the stream whose call it is in" in text for text in refused)


def test_nothing_is_printed_unless_it_is_asked_for(
    service: Service, clean_python: dict[str, str]
) -> None:
    body = """
    from sparkchat import SparkError, StateError
    chat.invoke("Hello")
    try:
        chat.invoke("#scenario drop:after=1\\nHello")
    except SparkError:
        pass
    """
    with Program(body, service, clean_python, service.url()) as program:
        assert program.result() == (0, "", "")


def test_ctrl_c_in_a_handler_of_the_log_is_not_lost(
    service: Service, clean_python: dict[str, str]
) -> None:
    body = """
    import logging
    from sparkchat import AsyncSpark
    class Handler(logging.Handler):
        def emit(self, record):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.01)
    logging.getLogger("sparkchat").addHandler(Handler())
    logging.getLogger("sparkchat").setLevel(logging.DEBUG)
    chat = Spark(*sys.argv[2:5], url=sys.argv[1], environment=False)
    for ask in (
        lambda: chat.invoke("Hello"),
        lambda: list(chat.stream("Hello")),
        lambda: chat.batch(["Hello"]),
    ):
        try:
            ask()
        except KeyboardInterrupt:
            say("interrupted")
    """
    with Program(body, service, clean_python, service.url()) as program:
        assert program.result() == (0, "interrupted\n" * 3, "")


def test_an_interrupt_in_a_handler_is_not_kept_for_later(
    chat: MakeChat, async_chat: MakeAsyncChat
) -> None:
    class Handler(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            raise KeyboardInterrupt

    handler, logger = Handler(), logging.getLogger("sparkchat")
    logger.addHandler(handler)
    level = logger.level
    logger.setLevel(logging.DEBUG)

    async def ask() -> None:
        await async_chat().invoke("Hello")

    try:
        asking = chat()
        with pytest.raises(KeyboardInterrupt):
            asking.invoke("Hello")
        with pytest.raises(KeyboardInterrupt):
            asyncio.run(ask())
    finally:
        logger.removeHandler(handler)
        logger.setLevel(level)
    assert asking.invoke("1+1").text == "1 + 1 = **2**."


def test_a_program_that_ends_while_it_logs(service: Service, clean_python: dict[str, str]) -> None:
    body = """
    import logging
    logging.basicConfig(level=logging.DEBUG, stream=sys.stdout)
    chat = Spark(*sys.argv[2:5], url=sys.argv[1], environment=False)
    stream = chat.stream("#scenario stall:at=middle\\nHello")
    next(stream)
    cycle = [stream, chat]
    cycle.append(cycle)
    """
    with Program(body, service, clean_python, service.url()) as program:
        code, output, errors = program.result()
    assert (code, errors) == (0, "")
    assert "DEBUG:sparkchat:" in output
