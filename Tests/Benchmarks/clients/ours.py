"""Our Python package, as its page shows it."""

import measure
from sparkchat import Spark


def receive(url: str, ca_file: str) -> list[str]:
    chat = Spark(
        measure.APP_ID,
        measure.API_KEY,
        measure.API_SECRET,
        url=url,
        domain=measure.DOMAIN,
        ca_file=ca_file,
        environment=False,
    )
    parts: list[str] = []
    for chunk in chat.stream("Hello"):
        text = chunk.content
        if text:
            if not parts:
                measure.first_token()
            parts.append(text)
    return parts


measure.main(receive)
