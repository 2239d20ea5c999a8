"""A conversation with its history, and the tools that the model may call."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from ._forms import plain
from ._handle import NotCopyable
from ._history import History
from ._request import Request
from ._text import encode_any
from ._turn import Turn
from .errors import CancelledError, StateError
from .events import Event, FunctionCall
from .messages import FunctionResult, Image, Message, Messages
from .options import Options, known
from .response import Response
from .stream import EventStream, Stream
from .tools import Tool, tools_of

if TYPE_CHECKING:
    from typing_extensions import Unpack

Open: TypeAlias = Callable[[Request, Callable[[Any], None]], Stream]
"""Sends a request, and has the library's response handed over once the answer is complete."""


class Conversation(NotCopyable):
    """Keeps questions and answers, asks with as much of them as the model takes, and runs tools.

    `Spark.conversation` makes one. How much fits is known from the service's own counts of tokens;
    only what it has not counted yet is estimated. The system message, an image at the start and the
    last turn are always sent; what is not sent any more is kept nevertheless.

    Where a question fails or is stopped, the history is what it was before. For one thread at a
    time.
    """

    __slots__ = (
        "__weakref__",
        "_history",
        "_max_rounds",
        "_open",
        "_raise_tool_errors",
        "_tools",
        "_turn",
    )

    def __init__(
        self,
        open_stream: Open,
        history: History,
        tools: Sequence[Tool],
        *,
        max_rounds: int,
        raise_tool_errors: bool,
    ) -> None:
        self._open = open_stream
        self._history = history
        self._tools = tools
        self._max_rounds = max_rounds
        self._raise_tool_errors = raise_tool_errors
        self._turn: Turn | None = None

    def ask(self, question: str | None = None, **options: Unpack[Options]) -> Response:
        """Ask, run the tools that the model calls, and return its answer.

        None goes on after results that were added. Options are for this question alone; its tools
        come in addition to those of the conversation. Where the model calls a tool that has no
        function, the response with the call is returned: `add` its `FunctionResult`, and `ask` on.

        FunctionLimitError: the model still calls tools after the last round.
        """
        return self._ask("ask", question, options).finish()

    def stream(self, question: str | None = None, **options: Unpack[Options]) -> ConversationStream:
        """Ask like `ask`, and return an iterator over the events of all rounds."""
        return self._ask("stream", question, options)

    def _ask(
        self, function: str, question: str | None, options: Mapping[str, Any]
    ) -> ConversationStream:
        self._check_idle()
        chosen = known(function, options)
        turn = self._turn = Turn(
            self._history,
            question,
            chosen,
            [*self._tools, *tools_of(chosen.get("tools", ()))],
            max_rounds=self._max_rounds,
            raise_errors=self._raise_tool_errors,
        )
        try:
            return ConversationStream(turn, self._open)
        except BaseException:
            turn.roll_back()
            raise

    def add(self, messages: Messages) -> None:
        """Add to the history: results of tools, or what was said elsewhere.

        A system message takes the place of the one before. Images and answers that call tools can
        only be among the messages that a conversation begins with.
        """
        self._check_idle()
        before = self._history.save()
        try:
            for message in plain(messages):
                self._history.add(message)
        except BaseException:
            self._history.restore(before)
            raise

    @property
    def messages(self) -> list[Message | FunctionResult | Image]:
        """Copies of the messages so far. They can be sent by `Spark.invoke`, too."""
        return self._history.messages()

    def save(self) -> str:
        """Return the history as JSON: the messages as they are, and no credentials."""
        self._check_idle()
        return self._history.save().decode()

    def restore(self, saved: str) -> None:
        """Replace the history by a saved one.

        InvalidArgumentError: it is no saved conversation; the history stays as it is.
        """
        self._check_idle()
        self._history.restore(encode_any("the saved conversation", saved))

    def __repr__(self) -> str:
        return f"<sparkchat.Conversation of {len(self._history)} messages>"

    def _check_idle(self) -> None:
        if self._turn is not None and not self._turn.is_over:
            raise StateError(
                "the conversation is still answering", hint="finish or close its stream first"
            )


class ConversationStream(EventStream):
    """An iterator over the events of all rounds of a question; tools run between them.

    Like `Stream`, it is stopped at the end of a `with` block, by `close`, or when nothing refers to
    it any more. The question then leaves the history. Any thread may call `cancel` and `close`.
    """

    __slots__ = ("_lock", "_open", "_stopped", "_stream", "_turn")

    def __init__(self, turn: Turn, open_stream: Open) -> None:
        self._turn = turn
        self._open = open_stream
        self._lock = threading.Lock()
        self._stopped = False
        self._stream = self._next_round()

    def __next__(self) -> Event:
        while True:
            try:
                return next(self._stream)
            except StopIteration:
                if not self._go_on():
                    raise
            except BaseException:
                self._turn.roll_back()
                raise

    def finish(self) -> Response:
        """Wait for the rest, without looking at its events, and return the last answer."""
        while True:
            try:
                response = self._stream.finish()
            except BaseException:
                self._turn.roll_back()
                raise
            if not self._go_on():
                return response

    @property
    def response(self) -> Response:
        """What has been received of the last answer; at any time, also after a failure."""
        return self._stream.response

    def cancel(self) -> None:
        """Stop, from any thread or from a signal handler.

        Whoever is waiting for the next event gets a CancelledError; a tool that runs is waited for.
        Does nothing when it is over.
        """
        self._stopped = True
        self._stream.cancel()

    def close(self) -> None:
        """Stop what still runs, and take the question out of the history. Never waits."""
        self.cancel()
        self._stream.close()
        # Where a tool runs meanwhile, its thread does this on its way out.
        if self._lock.acquire(blocking=False):
            try:
                self._turn.roll_back()
            finally:
                self._lock.release()

    def __repr__(self) -> str:
        response = self.response
        return f"<sparkchat.ConversationStream {response.outcome} sid={response.sid}>"

    def __del__(self) -> None:
        # Not there where the question could not be sent.
        if hasattr(self, "_stream"):
            self.close()

    def _next_round(self) -> Stream:
        with self._turn.request() as request:
            return self._open(request, self._turn.add_response)

    def _go_on(self) -> bool:
        """Run the tools that the answer calls, and begin the next round; False: it is the last."""
        with self._lock:
            try:
                calls = self._turn.calls(self._stream.response)
                if not calls:
                    return False
                results = []
                for call in calls:
                    self._check_not_stopped()
                    results.append(self._run(call))
                self._check_not_stopped()
                self._turn.add_results(results)
                self._stream = self._next_round()
            except BaseException:
                self._stopped = True
                self._turn.roll_back()
                raise
            return True

    def _run(self, call: FunctionCall) -> FunctionResult:
        prepared = self._turn.prepare(call)
        if isinstance(prepared, FunctionResult):
            return prepared
        function, arguments = prepared
        try:
            return self._turn.result(call, function(**arguments))
        except Exception as error:
            return self._turn.failure(call, error)

    def _check_not_stopped(self) -> None:
        if self._stopped:
            raise CancelledError("the conversation was stopped", response=self._stream.response)
