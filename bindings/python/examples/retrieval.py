"""Retrieval: an answer from the paragraphs of a text that are nearest to the question.

python retrieval.py TEXT.txt [QUESTION]
"""

import math
import sys
from pathlib import Path

from sparkchat import Embedding, Spark, SparkError

MOST = 2


def nearness(one: Embedding, other: Embedding) -> float:
    """Return the cosine of the angle between two vectors: 1 if they have the same direction."""
    product = sum(a * b for a, b in zip(one, other, strict=True))
    return product / (math.hypot(*one) * math.hypot(*other))


def main(path: str, question: str = "What is this text about?") -> None:
    """Find the paragraphs, and ask the model with them."""
    chat = Spark(model="4.0Ultra")
    paragraphs = [
        part for part in Path(path).read_text(encoding="utf-8").split("\n\n") if part.strip()
    ]
    # A real program embeds the paragraphs of an unchanged text only once.
    vectors = chat.embed(paragraphs, domain="para")
    asked = chat.embed(question, domain="query")
    order = sorted(range(len(paragraphs)), key=lambda at: -nearness(asked, vectors[at]))
    found = [paragraphs[at] for at in order[:MOST]]
    for number, paragraph in enumerate(found, 1):
        print(f"[{number}] {paragraph}")
    facts = "\n\n".join(found)
    for chunk in chat.stream([("system", f"Answer from these facts:\n\n{facts}"), question]):
        print(chunk.content, end="", flush=True)
    print()


if __name__ == "__main__":
    try:
        main(*sys.argv[1:])
    except (SparkError, OSError) as error:
        sys.exit(f"error: {error}")
