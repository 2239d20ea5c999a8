"""OpenAI's own client, which the service's pages show for HTTP."""

import ssl

import measure
from openai import DefaultHttpxClient, OpenAI


def receive(url: str, ca_file: str) -> list[str]:
    verify = ssl.create_default_context(cafile=ca_file)
    chat = OpenAI(
        api_key=measure.API_KEY,
        base_url=url.removesuffix("/chat/completions"),
        http_client=DefaultHttpxClient(verify=verify),
    )
    parts: list[str] = []
    with chat.chat.completions.create(
        model=measure.DOMAIN, messages=[{"role": "user", "content": "Hello"}], stream=True
    ) as stream:
        for chunk in stream:
            text = chunk.choices[0].delta.content
            if text:
                if not parts:
                    measure.first_token()
                parts.append(text)
    chat.close()
    return parts


measure.main(receive)
