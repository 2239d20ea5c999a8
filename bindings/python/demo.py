"""The three examples of LangChain's ChatSparkLLM page: a plain call, streaming, and another version
of the model by URL and domain.

Credentials come from the environment: IFLYTEK_SPARK_APP_ID, _API_KEY and _API_SECRET.
SPARKCHAT_DEMO_BASE, such as wss://localhost:8443, replaces the service's scheme and host, and
SPARKCHAT_DEMO_CA names a file with the certificate to trust.
"""

import os
import sys

from sparkchat import Message, Spark, SparkError

BASE = os.environ.get("SPARKCHAT_DEMO_BASE") or "wss://spark-api.xf-yun.com"
CA_FILE = os.environ.get("SPARKCHAT_DEMO_CA") or None


def main() -> int:
    """Run the examples."""
    chat = Spark(url=f"{BASE}/v3.5/chat", domain="generalv3.5", ca_file=CA_FILE)

    print("== a plain call")
    print(chat.invoke([Message("user", "Hello")]))

    print("== streaming")
    for chunk in chat.stream("Hello"):
        print(chunk.content, end="", flush=True)
    print()

    print("== version 2, by URL and domain")
    chat = Spark(url=f"{BASE}/v2.1/chat", domain="generalv2", ca_file=CA_FILE)
    print(chat.invoke([Message("user", "Hello")]))
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except SparkError as error:
        print(f"error: {error.message}\nhint: {error.hint}", file=sys.stderr)
        sys.exit(1)
