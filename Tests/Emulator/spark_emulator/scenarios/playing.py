"""Chooses the scenario and makes the reply, for any transport."""

from __future__ import annotations

from dataclasses import replace

from ..records import Recorder
from ..service.answering import answer_request, answer_with
from ..service.chunking import equal_chunks
from ..service.reply import Piece, Reply, reply_of
from ..service.request import ChatRequest
from .expression import ScenarioError, parse_expression, split_message
from .registry import Chosen, Kind, Transport, choose


def pick_scenario(
    request: ChatRequest,
    from_url: Chosen | None,
    recorder: Recorder,
    tag: str,
    transport: Transport,
) -> tuple[Chosen | None, ChatRequest]:
    """Return the URL's scenario, or the one that the last message starts with.

    Returns the request as well, without the line that names a scenario.
    """
    source, rest = split_message(request.question)
    if source is None:
        return from_url, request
    if rest:
        request = request.with_question(rest)
    if from_url is not None:
        return from_url, request
    chosen = choose(parse_expression(source), transport)
    if chosen.kind in (Kind.UPGRADE, Kind.CLOCK):
        raise ScenarioError(f"scenario {chosen.expression.name} belongs in the URL")
    return chosen if recorder.still_applies(tag, chosen) else None, request


def make_reply(request: ChatRequest, chosen: Chosen | None) -> Reply:
    """Return the usual reply, or the one that the scenario makes."""
    reply = answer_request(request)
    if chosen is None:
        return reply
    if chosen.content is not None:
        reply = answer_with(request, chosen.content)
    if chosen.chunks is not None:
        pieces = [Piece(chunk) for chunk in equal_chunks(reply.text(), chosen.chunks)]
        made = reply_of(request, pieces)
        reply = replace(reply, pieces=made.pieces, usage=made.usage)
    if chosen.kind is Kind.REPLY:
        reply = chosen.call(request, reply)
    return reply
