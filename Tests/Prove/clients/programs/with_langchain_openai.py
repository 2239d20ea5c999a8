"""langchain-openai's ChatOpenAI with the service's address."""

from __future__ import annotations

from dialect import PATIENCE, Job, Outcome, options, serve
from langchain_messages import ask_chat
from langchain_openai import ChatOpenAI


def ask(job: Job, outcome: Outcome) -> None:
    """Ask once."""
    wanted = options(job)
    tools, choice = wanted.pop("tools", None), wanted.pop("tool_choice", None)
    chat = ChatOpenAI(
        model=job["model"],
        api_key=job["api_password"],
        base_url=job["url"],
        max_retries=0,
        timeout=PATIENCE,
        extra_body=job.get("extra"),
        **wanted,
    )
    ask_chat(chat.bind_tools(tools, tool_choice=choice) if tools else chat, job, outcome)


serve(ask)
