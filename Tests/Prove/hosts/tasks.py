"""Celery tasks whose client is made and used before the worker forks.

`python tasks.py N` sends N tasks of each kind, and prints their results as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
from pathlib import Path

from celery import Celery
from sparkchat import AsyncSpark, Spark

PATIENCE = 60
folder = Path(os.environ["TASKS_FOLDER"])
places = {name: folder / name for name in ("queue", "processed", "results", "control")}
for place in places.values():
    place.mkdir(exist_ok=True)

app = Celery("tasks", broker="filesystem://", backend=f"file://{places['results']}")
app.conf.broker_transport_options = {
    "data_folder_in": str(places["queue"]),
    "data_folder_out": str(places["queue"]),
    "processed_folder": str(places["processed"]),
    "control_folder": str(places["control"]),
}

chat = Spark()
asynchronous = AsyncSpark()
talk = chat.conversation([("user", "My name is Li Lei."), ("assistant", "Hello, Li Lei!")])
chat.invoke("1+1")


@app.task
def invoke(question: str) -> str:
    """Ask with the parent's client."""
    return chat.invoke(question).text


@app.task
def invoke_in_loop(question: str) -> str:
    """Ask in an event loop of the task."""
    return asyncio.run(asynchronous.invoke(question)).text


@app.task
def converse(question: str) -> str:
    """Ask in the parent's conversation."""
    return talk.ask(question).text


if __name__ == "__main__":
    questions = [f"{number}+1" for number in range(int(sys.argv[1]))]
    sent = [
        (task.name.rpartition(".")[2], question, task.delay(question))
        for question in questions
        for task in (invoke, invoke_in_loop, converse)
    ]
    print(json.dumps([[name, asked, r.get(timeout=PATIENCE)] for name, asked, r in sent]))
