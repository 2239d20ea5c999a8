"""LangChain's ChatSparkLLM, as its page shows it."""

import os

import measure
from langchain_community.chat_models import ChatSparkLLM


def receive(url: str, ca_file: str) -> list[str]:
    os.environ["WEBSOCKET_CLIENT_CA_BUNDLE"] = ca_file
    chat = ChatSparkLLM(
        spark_app_id=measure.APP_ID,
        spark_api_key=measure.API_KEY,
        spark_api_secret=measure.API_SECRET,
        spark_api_url=url,
        spark_llm_domain=measure.DOMAIN,
    )
    return measure.contents(chat.stream("Hello"))


measure.main(receive)
