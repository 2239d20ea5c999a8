"""langchain-community's ChatSparkLLM."""

from __future__ import annotations

from dialect import PATIENCE, Job, Outcome, options, serve
from langchain_community.chat_models import ChatSparkLLM
from langchain_messages import ask_chat


def ask(job: Job, outcome: Outcome) -> None:
    """Ask once. After an error, do not use the object again: it does not recover."""
    wanted = options(job)
    tools = wanted.pop("tools", None)
    chat = ChatSparkLLM(
        spark_app_id=job["app_id"],
        spark_api_key=job["api_key"],
        spark_api_secret=job["api_secret"],
        spark_api_url=job["url"],
        spark_llm_domain=job["model"],
        request_timeout=PATIENCE,
        **wanted,
    )
    ask_chat(chat.bind_tools(tools) if tools else chat, job, outcome)


serve(ask)
