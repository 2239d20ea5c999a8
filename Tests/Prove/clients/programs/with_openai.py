"""openai-python, as the service's own pages show it."""

from __future__ import annotations

from dialect import PATIENCE, Job, Outcome, options, serve
from openai import OpenAI
from openai_objects import read_stream, read_whole


def ask(job: Job, outcome: Outcome) -> None:
    """Ask once."""
    chat = OpenAI(
        api_key=job["api_password"], base_url=job["url"], max_retries=0, timeout=PATIENCE
    ).chat.completions
    answer = chat.create(
        model=job["model"],
        messages=job["messages"],
        stream=job["stream"],
        extra_body=job.get("extra"),
        **options(job),
    )
    (read_stream if job["stream"] else read_whole)(answer, outcome)


serve(ask)
