"""The part received so far of an answer that is not complete."""

from __future__ import annotations

from ..enums import EventKind
from ..events import Citation, Event, Reasoning, ServiceWarning, ToolCall, Usage
from ..response import Response


class Draft:
    """Collects events. Other threads may read it at any time, unlike the library's own response.

    Every change is a single operation, so a reader sees the state before or after it.
    """

    __slots__ = ("_events", "sid", "texts")

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.sid: str | None = None
        self._events: list[Event] = []

    def add(self, event: Event) -> None:
        """Add an event other than text."""
        if event.kind != EventKind.READY:
            self._events.append(event)

    def response(self) -> Response:
        """Return the response as received so far."""
        events = list(self._events)
        usages = [event for event in events if isinstance(event, Usage)]
        warnings = [event for event in events if isinstance(event, ServiceWarning)]
        return Response(
            text="".join(self.texts),
            reasoning="".join(event.reasoning for event in events if isinstance(event, Reasoning)),
            usage=usages[-1] if usages else Usage(),
            sid=self.sid,
            tool_calls=tuple(event for event in events if isinstance(event, ToolCall)),
            citations=tuple(event for event in events if isinstance(event, Citation)),
            # The last one, but the service's have priority over the library's own.
            warning=max(reversed(warnings), key=lambda warning: warning.code > 0, default=None),
        )
