"""The service's own SDK, spark-ai-python. It does not check the server's certificate."""

import measure
from sparkai.core.messages import ChatMessage
from sparkai.llm.llm import ChatSparkLLM


def receive(url: str, ca_file: str) -> list[str]:
    chat = ChatSparkLLM(
        spark_app_id=measure.APP_ID,
        spark_api_key=measure.API_KEY,
        spark_api_secret=measure.API_SECRET,
        spark_api_url=url,
        spark_llm_domain=measure.DOMAIN,
        streaming=True,
    )
    return measure.contents(chat.stream([ChatMessage(role="user", content="Hello")]))


measure.main(receive)
