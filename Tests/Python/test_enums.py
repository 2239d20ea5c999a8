"""The enums: the library's names for their members, and members of a newer library."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import sparkchat
from sparkchat import enums
from sparkchat._capi import functions
from sparkchat._capi.copies import read_event


@pytest.mark.parametrize(
    ("kind", "function", "form"),
    [
        (enums.Status, functions.status_name, lambda member: f"SPARKCHAT_{member.name}"),
        (enums.Outcome, functions.outcome_name, str),
        (enums.Phase, functions.phase_name, str),
        (enums.EventKind, functions.event_kind_name, str),
        (enums.Transport, functions.transport_name, str),
    ],
)
def test_the_library_has_the_same_names(
    kind: type[enums.Status], function: Callable[..., bytes], form: Callable[[object], str]
) -> None:
    for member in kind:
        assert function(member).decode().replace(" ", "_").lower() == form(member).lower()


@pytest.mark.parametrize("kind", [kind for kind in enums.EventKind if kind], ids=str)
def test_each_kind_of_event_has_its_class(kind: enums.EventKind) -> None:
    event = read_event(kind, None)
    assert event is not None
    assert event.kind == kind
    assert type(event).__name__ in sparkchat.__all__


def test_numbers_of_a_newer_library_are_taken() -> None:
    status = enums.Status(-99)
    assert status == -99
    assert status.name == "UNKNOWN_-99"
    with pytest.raises(ValueError, match="not a valid"):
        enums.Status("OK")  # type: ignore[arg-type]
