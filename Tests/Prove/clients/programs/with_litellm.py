"""litellm, which reaches every service in OpenAI's shape under `openai/`."""

from __future__ import annotations

import litellm
from dialect import PATIENCE, Job, Outcome, options, serve
from openai_objects import read_stream, read_whole

litellm.suppress_debug_info = True


def ask(job: Job, outcome: Outcome) -> None:
    """Ask once."""
    answer = litellm.completion(
        model=f"openai/{job['model']}",
        messages=job["messages"],
        stream=job["stream"],
        api_key=job["api_password"],
        api_base=job["url"],
        max_retries=0,
        timeout=PATIENCE,
        # Without this it drops the usage it received.
        stream_options={"include_usage": True} if job["stream"] else None,
        extra_body=job.get("extra"),
        **options(job),
    )
    (read_stream if job["stream"] else read_whole)(answer, outcome)


serve(ask)
