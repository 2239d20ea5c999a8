"""The files generated from the header: up to date, complete, and with the right types."""

from __future__ import annotations

import ctypes
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from service import ROOT
from sparkchat import ABI_VERSION, __version__, enums, library_version
from sparkchat._capi import functions, types

SCRIPT = ROOT / "scripts" / "generate.py"
INT, SIZE = ctypes.c_int, ctypes.c_size_t
# ctypes marks functions that keep the GIL with this flag.
KEEPS_THE_GIL = ctypes._FUNCFLAG_PYTHONAPI  # type: ignore[attr-defined]


def generate(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-B", root / "scripts" / "generate.py", *arguments]
    return subprocess.run(command, capture_output=True, encoding="utf-8", timeout=60)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the files that the generator needs."""
    for folder in ("scripts", "include", "Sources/SparkWire", "bindings/python/src", "docs"):
        ignore = shutil.ignore_patterns("__pycache__", "_native")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignore)
    return tmp_path


def test_nothing_is_stale() -> None:
    done = generate(ROOT, "--check")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_stale_file_is_found_and_written_anew(copy: Path) -> None:
    header = copy / "include" / "sparkchat.h"
    new = "SPARKCHAT_API int sparkchat_stream_new_thing(sparkchat_stream *stream);\n"
    end = "SPARKCHAT_END_DECLS\n\n#endif"
    header.write_text(header.read_text(encoding="utf-8").replace(end, new + end), encoding="utf-8")
    done = generate(copy, "--check")
    assert done.returncode == 1
    stale = [line.partition(" ")[0] for line in done.stderr.splitlines()]
    table = "bindings/python/src/sparkchat/_capi/functions.py"
    assert stale == [table]
    assert generate(copy).returncode == 0
    assert generate(copy, "--check").returncode == 0
    added = 'stream_new_thing = bind_quick("stream_new_thing", c_int, StreamPointer)\n'
    assert added in (copy / table).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("", "lacks 'top_k': describe it in Chinese"),
        ("    'top_k': '',\n    'low_k': '',\n", "has 'low_k', which does not exist"),
    ],
)
def test_each_option_has_its_chinese(copy: Path, line: str, says: str) -> None:
    chinese = copy / "scripts" / "generation" / "settings_chinese.py"
    lines = chinese.read_text().splitlines(keepends=True)
    chinese.write_text("".join(line if '"top_k":' in each else each for each in lines))
    done = generate(copy)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == f"scripts/generation/settings_chinese.py {says}\n"


@pytest.mark.parametrize(
    ("name", "parameters", "result"),
    [
        ("config_set_max_rate", [types.ConfigPointer, ctypes.c_double, types.ErrorOut], INT),
        ("error_clock_skew", [types.ErrorPointer, ctypes.POINTER(ctypes.c_int64)], INT),
        ("request_add_image", [types.RequestPointer, ctypes.c_void_p, SIZE, types.ErrorOut], INT),
        ("event_text", [types.EventPointer, ctypes.POINTER(SIZE)], ctypes.c_char_p),
        ("model_at", [SIZE], types.ModelPointer),
        ("string_free", [ctypes.POINTER(ctypes.c_char)], None),
    ],
)
def test_types(name: str, parameters: list[object], result: object) -> None:
    """One function of each kind; the others follow the same rules."""
    function = getattr(functions, name)
    assert list(function.argtypes) == parameters
    assert function.restype is result


def test_other_threads_run_while_a_function_waits_and_not_while_it_reads() -> None:
    waits = {
        *("client_new", "client_invoke", "client_open", "client_connect", "client_free"),
        *("stream_next", "stream_send", "stream_free", "group_next", "group_add", "group_free"),
        *("request_add_image", "request_add_image_file", "conversation_new", "conversation_ask"),
    }
    reads = {
        *("event_kind_of", "event_text", "stream_response", "stream_cancel", "group_fd"),
        *("group_wake", "error_message", "response_text", "request_set_top_k", "config_set_url"),
        "config_load_environment",
    }
    quick = {
        name
        for name, function in vars(functions).items()
        if isinstance(function, ctypes._CFuncPtr) and function._flags_ & KEEPS_THE_GIL  # type: ignore[attr-defined]
    }
    assert not waits & quick
    assert reads <= quick


def test_versions_agree() -> None:
    assert functions.abi_version() == ABI_VERSION
    assert functions.version_string().decode() == __version__
    assert f"sparkchat/{__version__}" in library_version


def test_enums_have_docstrings_and_short_names() -> None:
    assert enums.LogLevel.__doc__
    assert list(enums.ToolChoice.__members__) == ["AUTO", "NONE", "REQUIRED", "NAMED"]
    assert list(enums.ResponseFormat.__members__) == ["TEXT", "JSON_OBJECT"]


def test_a_pointer_of_another_kind_is_refused() -> None:
    with pytest.raises(ctypes.ArgumentError):
        functions.config_free(types.ClientPointer())
