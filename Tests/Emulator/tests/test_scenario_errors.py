"""Errors in frames: an inner status and a name in the text, and the shapes of gateways."""

from __future__ import annotations

import re

import pytest

from client import Target


def test_an_inner_status_in_the_words(target: Target) -> None:
    answer = target.ask(scenario="error:inner=403,message=not for this account")
    assert (answer.error["code"], answer.close_code) == (10012, 1000)
    wanted = (
        r"EngineInternalError:\([\d:.]+\) error, status code: 403, status: 403 Forbidden, "
        "message: not for this account"
    )
    assert re.fullmatch(wanted, answer.error["message"])


def test_a_name_in_the_words(target: Target) -> None:
    answer = target.ask(scenario="error:code=10004,name=RequestParamsError,message=no")
    assert re.fullmatch(r"RequestParamsError:\([\d:.]+\) no", answer.error["message"])


def test_a_code_that_is_a_string(target: Target) -> None:
    answer = target.ask(scenario="error:code=11202,codes=string")
    assert answer.error["code"] == "11202"


@pytest.mark.parametrize("after", [0, 2])
@pytest.mark.parametrize("shape", ["nested", "typed", "flat", "code_only", "overloaded", "plain"])
def test_shapes_of_gateways(target: Target, shape: str, after: int) -> None:
    answer = target.ask(scenario=f"error:code=10110,message=full,shape={shape},after={after}")
    frame = answer.frames[-1]
    assert (len(answer.frames), answer.close_code) == (after + 1, 1000)
    assert "header" not in frame
    told = frame.get("error", frame)
    assert told.get("code", 10110) == 10110
    assert "full" in told.get("message", told.get("msg", "full"))
