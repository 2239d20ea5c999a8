"""A question about an image: `python image_question.py PICTURE [QUESTION]`.

The picture is a JPEG or PNG file. The service has a model for images, over WebSocket; hosted models
may accept images over HTTP.
"""

import sys

from sparkchat import Image, Spark, SparkError


def main() -> None:
    """Ask about the picture, and then ask a second question."""
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    question = sys.argv[2] if len(sys.argv) > 2 else "What does this picture show?"
    talk = Spark(model="image").conversation(Image(sys.argv[1]))
    print(talk.ask(question))
    print(talk.ask("Describe it in one word."))


if __name__ == "__main__":
    try:
        main()
    except SparkError as error:
        sys.exit(f"error: {error}")
