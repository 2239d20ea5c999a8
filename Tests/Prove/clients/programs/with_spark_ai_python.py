"""spark-ai-python, iFlytek's own."""

from __future__ import annotations

from typing import Any

from dialect import PATIENCE, Job, Outcome, options, serve
from sparkai.core.messages import ChatMessage
from sparkai.llm.llm import ChatSparkLLM


def ask(job: Job, outcome: Outcome) -> None:
    """Ask once."""
    wanted = options(job)
    functions = [tool["function"] for tool in wanted.pop("tools", [])]
    chat = ChatSparkLLM(
        spark_app_id=job["app_id"],
        spark_api_key=job["api_key"],
        spark_api_secret=job["api_secret"],
        spark_api_url=job["url"],
        spark_llm_domain=job["model"],
        request_timeout=PATIENCE,
        streaming=job["stream"],
        **wanted,
    )
    messages = [ChatMessage(role=m["role"], content=m["content"]) for m in job["messages"]]
    given = {"function_definition": functions} if functions else {}
    if job["stream"]:
        for chunk in chat.stream(messages, **given):
            outcome.pieces += bool(chunk.content)
            read_message(chunk, outcome)
            read_usage(chunk.additional_kwargs, outcome)
        return
    answer = chat.generate([messages], **given)
    outcome.pieces = 1
    read_message(answer.generations[0][0].message, outcome)
    read_usage(answer.llm_output or {}, outcome)


def read_message(message: Any, outcome: Outcome) -> None:
    """Add a message, or a chunk of one."""
    outcome.text += message.content or ""
    call = getattr(message, "function_call", None)
    if call:
        outcome.calls.append((call["name"], call["arguments"]))


def read_usage(found: dict[str, Any], outcome: Outcome) -> None:
    """Read the usage, wherever it is."""
    usage = found.get("token_usage")
    if usage:
        names = ("prompt_tokens", "completion_tokens", "total_tokens")
        outcome.usage = (usage[names[0]], usage[names[1]], usage[names[2]])


serve(ask)
