"""Suggests the right argument for unknown names, from the same table as `Spark`."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from difflib import get_close_matches

from .._requests.foreign_words import ADVICE
from ..options import Options
from ._clients import OTHERS

_CHAT = {"url": "api_url", "extra": "model_kwargs"}
# For names in `Spark`'s table, the advice that is true here.
_HERE = {
    "timeout": "did you mean timeout (seconds until the first and the next piece of an answer), or"
    " total_timeout (seconds for the whole answer)?",
    "max_retries": "did you mean max_retries?",
    "messages": "pass them to invoke(...) or stream(...), as the first argument",
    "prompt": "pass it to invoke(...) or stream(...), as the first argument",
    "system": 'begin the messages with ("system", "...")',
    "history": "pass it with the question, as messages",
    "timeout_ms": "times are in seconds: did you mean timeout, or total_timeout?",
    "response_schema": "did you mean with_structured_output(...)?",
    "callbacks": "did you mean callbacks, or config={...} of a call?",
    "load_env": "arguments that are not given are read from the environment",
}
_INSTEAD = {ADVICE.get(word, word): advice for word, advice in _HERE.items()}
_OF_CALLS = {
    "tools": "bind_tools(...)",
    "tool_choice": "bind_tools(..., tool_choice=...)",
    "response_format": "with_structured_output(...), or bind(response_format=...)",
}


def advice(name: str, known: Collection[str], names: Mapping[str, str] = _CHAT) -> str:
    """Return what to use instead of an unknown argument.

    `known`: the existing arguments. `names`: those that have another name in `Spark`.
    """
    here = dict(names)
    bare = {_bare(word): word for word in known}
    if name in here or name in OTHERS or name in _OF_CALLS:
        found = f"did you mean {name}?"
    elif name == "max_attempts":
        found = _HERE["max_retries"]
    else:
        found = _INSTEAD.get(ADVICE.get(name, name), ADVICE.get(name, ""))
        if not found and (near := get_close_matches(_bare(name), bare, n=1, cutoff=0.85)):
            return f"did you mean {bare[near[0]]}?"
    for setting in OTHERS - set(known):
        here[setting] = f"client_kwargs={{{setting!r}: ...}}"
    for option in _OF_CALLS.keys() - set(known):
        here[option] = _OF_CALLS[option]
    named = re.search(r"\bdid you mean (\w+)", found)
    wanted = named and named[1]
    if wanted in Options.__annotations__ and wanted not in here and wanted not in known:
        # An option of questions, which this class does not ask.
        found = ""
    told = re.sub(r"\b[a-z_]+\b(?!\()", lambda word: here.get(word[0], word[0]), found)
    return told or (
        "settings of sparkchat.Spark go into client_kwargs"
        + (
            ", and other options of the service into model_kwargs"
            if "model_kwargs" in known
            else ""
        )
    )


def _bare(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "")
