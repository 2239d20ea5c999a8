"""A reasoning model: its reasoning comes before its answer, in separate events."""

import sys

from sparkchat import Reasoning, Spark, SparkError, Text


def main() -> None:
    """Ask a question that needs some thought."""
    chat = Spark(model="x1.5", thinking=True)
    thinks = False
    with chat.stream("Which is larger, 9.11 or 9.9?") as answer:
        for event in answer:
            match event:
                case Reasoning(thought):
                    print(thought if thinks else f"<think>{thought}", end="", flush=True)
                    thinks = True
                case Text(text):
                    print(f"</think>\n{text}" if thinks else text, end="", flush=True)
                    thinks = False
    print(f"\n({answer.response.usage.total_tokens} tokens)")


if __name__ == "__main__":
    try:
        main()
    except SparkError as error:
        sys.exit(f"error: {error}")
