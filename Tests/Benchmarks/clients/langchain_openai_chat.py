"""LangChain's ChatOpenAI, with the service's address."""

import ssl

import httpx
import measure
from langchain_openai import ChatOpenAI


def receive(url: str, ca_file: str) -> list[str]:
    verify = ssl.create_default_context(cafile=ca_file)
    with httpx.Client(verify=verify) as transport:
        chat = ChatOpenAI(
            model=measure.DOMAIN,
            api_key=measure.API_KEY,
            base_url=url.removesuffix("/chat/completions"),
            http_client=transport,
        )
        return measure.contents(chat.stream("Hello"))


measure.main(receive)
