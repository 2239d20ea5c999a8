"""Web search: an answer with the pages that it is based on."""

import sys

from sparkchat import Spark, SparkError


def main() -> None:
    """Ask for something that the model cannot know."""
    chat = Spark(model="4.0Ultra", search="deep", references=True)
    with chat.stream("What is new in the world of chess this week?") as answer:
        for text in answer.text():
            print(text, end="", flush=True)
    print()
    for source in answer.response.citations:
        print(f"[{source.index}] {source.title}: {source.url}")


if __name__ == "__main__":
    try:
        main()
    except SparkError as error:
        sys.exit(f"error: {error}")
