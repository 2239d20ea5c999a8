"""Connections that are opened before their request."""

from __future__ import annotations

import asyncio
import copy
import gc

import pytest

from service import MakeAsyncChat, MakeChat, Service
from sparkchat import ConnectError, Connection, InvalidArgumentError, StateError


def test_a_question_on_a_warm_connection(chat: MakeChat, transport: str) -> None:
    client = chat(transport=transport, tls=True)
    with client.connect() as warm:
        answer = warm.invoke("1+1", temperature=0.5)
    assert answer.text == "1 + 1 = **2**."
    assert answer.connection is Connection.WARM
    with client.connect().stream("2+2") as stream:
        assert "".join(stream.text()) == "2 + 2 = **4**."


def test_it_takes_one_question(chat: MakeChat) -> None:
    warm = chat().connect()
    with pytest.raises(InvalidArgumentError, match="top_k"):
        warm.invoke("1+1", top_k=99)
    with pytest.raises(TypeError, match="did you mean max_attempts"):
        warm.invoke("1+1", max_retries=1)  # type: ignore[call-arg]
    assert warm.invoke("1+1").connection is Connection.WARM
    with pytest.raises(StateError, match="connect again"):
        warm.invoke("1+1")
    with pytest.raises(TypeError):
        copy.copy(warm)


def test_what_fails_is_told_by_connecting(chat: MakeChat) -> None:
    with pytest.raises(ConnectError):
        chat(url="ws://127.0.0.1:1/v3.5/chat").connect()
    client = chat()
    client.close()
    with pytest.raises(StateError):
        client.connect()


def test_one_that_is_not_used_is_closed(chat: MakeChat, service: Service, tag: str) -> None:
    client = chat(tag=tag)
    client.connect().close()
    with client.connect():
        pass
    client.connect()
    gc.collect()
    records = service.records(tag)
    assert all(record["requests"] == [] for record in records)


def test_asyncio(async_chat: MakeAsyncChat, transport: str) -> None:
    async def main() -> None:
        client = async_chat(transport=transport)
        async with await client.connect() as warm:
            answer = await warm.invoke("1+1")
        assert (answer.text, answer.connection) == ("1 + 1 = **2**.", Connection.WARM)
        # Other requests continue meanwhile.
        warm, answer = await asyncio.gather(client.connect(), client.invoke("2+2"))
        texts = [text async for text in warm.stream("3+3").text()]
        assert "".join(texts) == "3 + 3 = **6**."
        with pytest.raises(StateError, match="connect again"):
            await warm.invoke("1+1")
        (await client.connect()).close()
        with pytest.raises(ConnectError):
            await async_chat(url="ws://127.0.0.1:1/v3.5/chat").connect()

    asyncio.run(main())
