"""Uses a bit of everything with only the package installed, on each Python of the machine."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import pickle
import sys
from dataclasses import dataclass

from sparkchat import AsyncSpark, Spark, SparkError


@dataclass
class Sum:
    """What the service is asked for."""

    answer: str


def look(where: str) -> str:
    """Look."""
    return f"seen {where}"


def ask(chat: Spark) -> str:
    """Ask from another process."""
    return chat.invoke("#scenario echo\nHello").text


async def use_asyncio(chat: AsyncSpark) -> None:
    """Ask many questions at once."""
    questions = [f"#scenario echo\nquestion {number}" for number in range(100)]
    answers = await asyncio.gather(*(chat.invoke(question) for question in questions))
    assert [answer.text for answer in answers] == [q.partition("\n")[2] for q in questions]
    task = asyncio.create_task(chat.invoke("#scenario stall:at=middle\nHello"))
    await asyncio.sleep(0.1)
    task.cancel()
    try:
        await task
    except asyncio.CancelledError:
        return
    raise AssertionError("the task was not cancelled")


def main() -> None:
    """Use the clients; `sys.argv[1]` holds their settings."""
    settings = json.loads(sys.argv[1])
    chat = Spark(**settings, pickle_secrets=True)
    assert "".join(chat.stream("#scenario count:n=500").text()).endswith("499 ")
    talk = chat.conversation(tools=[look])
    scenario = '#scenario function_call:name=look,arguments={"where":"up"},times=1\nLook!'
    assert "seen up" in talk.ask(scenario).text
    assert len(chat.batch(["Hello"] * 20)) == 20
    question = '#scenario function_call:name=answer,arguments={"answer":"2"}\n1+1'
    assert chat.parse(question, Sum).parsed == Sum("2")
    try:
        chat.invoke("#scenario drop:after=2\nHello")
    except ConnectionError as error:
        assert isinstance(error, SparkError)
        assert pickle.loads(pickle.dumps(error)).response.text
    # In debug mode, asyncio would report that the machine is slow.
    asyncio.run(use_asyncio(AsyncSpark(**settings)), debug=False)
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        assert pool.map_async(ask, [chat]).get(60) == ["Hello"]
    print("done")


if __name__ == "__main__":
    main()
