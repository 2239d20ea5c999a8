"""Tools: the model calls a function as often as it needs to, and then answers.

A plain function is a tool: its name, type hints and docstring tell the model what it is for.
"""

import sys
from typing import Literal

from sparkchat import Spark, SparkError, ToolCall

FORECASTS = {"Hefei": ("sunny", 24), "Beijing": ("windy", 17)}


def get_weather(city: str, day: Literal["today", "tomorrow"] = "today") -> dict[str, object]:
    """Look up the weather forecast for a city.

    Args:
        city: The city's name in English, such as "Hefei".
        day: Which day the forecast is for.
    """
    # An exception is sent to the model, which may then correct its call.
    sky, degrees = FORECASTS[city]
    return {"city": city, "day": day, "sky": sky, "degrees": degrees}


def main() -> None:
    """Ask the question of the command line, or one that takes more than one call."""
    question = " ".join(sys.argv[1:]) or "Is it warmer in Hefei or in Beijing today?"
    talk = Spark(model="4.0Ultra").conversation(system="Be brief.", tools=[get_weather])
    with talk.stream(question) as answer:
        for event in answer:
            if isinstance(event, ToolCall):
                print(f"[{event.name} {event.arguments}]")
            print(event.content, end="", flush=True)
    print(f"\n({len(talk.messages)} messages)")


if __name__ == "__main__":
    try:
        main()
    except SparkError as error:
        sys.exit(f"error: {error}")
