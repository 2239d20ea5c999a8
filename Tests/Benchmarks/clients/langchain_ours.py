"""Our adapter for LangChain, instead of LangChain's own class."""

import measure
from sparkchat.langchain import ChatSparkLLM


def receive(url: str, ca_file: str) -> list[str]:
    chat = ChatSparkLLM(
        spark_app_id=measure.APP_ID,
        spark_api_key=measure.API_KEY,
        spark_api_secret=measure.API_SECRET,
        spark_api_url=url,
        spark_llm_domain=measure.DOMAIN,
        client_kwargs={"ca_file": ca_file},
    )
    return measure.contents(chat.stream("Hello"))


measure.main(receive)
