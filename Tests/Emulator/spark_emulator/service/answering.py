"""The default answer to a request: deterministic, and designed for checking clients."""

from __future__ import annotations

from collections.abc import Sequence

from .chunking import uneven_chunks
from .conversation import conversation_of, quote
from .functions import choose_function
from .json_answers import answer_in_json, text_in_json
from .models import Form
from .reply import Citation, Piece, Reply, reply_of, usage_of
from .request import ChatRequest
from .rounds import round_of
from .skills import answer, think
from .tokens import count_tokens, cut_to_tokens


def wants_references(request: ChatRequest) -> bool:
    """Return whether the client wants the pages of a web search, and the model reports them."""
    chat = request.parameters
    if not request.model.references:
        return False
    if chat.get("search_disable") is False and chat.get("show_ref_label"):
        return True
    searches = [tool["web_search"] for tool in chat.get("tools", [])]
    return any(s.get("enable", True) and s.get("show_ref_label") for s in searches)


def wants_thinking(request: ChatRequest) -> bool:
    """Return whether the model sends its reasoning before the answer."""
    if request.model.form is not Form.OPEN:
        return bool(request.parameters.get("enable_thinking", request.model.reasoning))
    mode = request.parameters.get("thinking", {}).get("type", "enabled")
    return request.model.reasoning and mode != "disabled"


def citations_for(request: ChatRequest) -> list[Citation]:
    """Return two invented pages about the question."""
    topic = quote(request.question, 20)
    return [
        Citation(f"https://example.com/pages/{n}", f"Example page {n} about {topic}")
        for n in (1, 2)
    ]


def text_pieces(request: ChatRequest, text: str, reasoning: str = "") -> list[Piece]:
    """Cut reasoning and text into pieces, up to the request's `max_tokens`."""
    limit = request.max_tokens
    reasoning = cut_to_tokens(reasoning, limit)
    text = cut_to_tokens(text, limit - count_tokens(reasoning))
    pieces = []
    for number, chunk in enumerate(uneven_chunks(reasoning) if reasoning else ()):
        # The first frame has an empty content next to the reasoning, later ones have none.
        pieces.append(Piece(None if number else "", chunk))
    if text or not pieces:
        pieces += [Piece(chunk) for chunk in uneven_chunks(text)]
    return pieces


def answer_with(
    request: ChatRequest, text: str, reasoning: str = "", citations: Sequence[Citation] = ()
) -> Reply:
    """Answer with a given text, up to `max_tokens`."""
    reply = reply_of(request, text_pieces(request, text, reasoning), citations)
    said = sum(len(piece.text or "") + len(piece.reasoning or "") for piece in reply.pieces)
    reply.cut = said < len(text) + len(reasoning)
    return reply


def answer_request(request: ChatRequest) -> Reply:
    """Return the emulator's answer without a scenario."""
    call = choose_function(request)
    if call is not None:
        piece = Piece("", calls=(call,))
        return Reply([piece], usage_of(request, ""))
    talk = conversation_of(request)
    reasoning = think(talk) if wants_thinking(request) else ""
    text = answer(talk)
    now = round_of(request)
    # After results, the results are the answer; the schema is still in the question before them.
    asked = now.asked if now.results else talk.question
    shaped = answer_in_json(asked, now.text if now.results else text)
    if shaped is not None:
        text = shaped
    elif request.json_object:
        text = text_in_json(talk.question, text)
    citations = citations_for(request) if wants_references(request) else ()
    return answer_with(request, text, reasoning, citations)
