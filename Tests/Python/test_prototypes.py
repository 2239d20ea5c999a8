"""The package against the header: nothing may be missing, added, or of another type."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from header import ROOT, Header
from sparkchat import ABI_VERSION, __version__, _ffi, _types, enums, library_version

_POINTER_TO = {
    "sparkchat_config": _types.Config,
    "sparkchat_client": _types.Client,
    "sparkchat_request": _types.Request,
    "sparkchat_stream": _types.Stream,
    "sparkchat_group": _types.Group,
    "sparkchat_model": _types.Model,
    "sparkchat_conversation": _types.Conversation,
    "sparkchat_function_result": _types.FunctionResult,
    "sparkchat_event": _types.Event,
    "sparkchat_response": _types.Response,
    "sparkchat_error": _types.Error,
    "size_t": ctypes.c_size_t,
    "int64_t": ctypes.c_int64,
}
_CALLBACKS = {
    "sparkchat_function_fn": _types.CallFunction,
    "sparkchat_event_fn": _types.EventFunction,
    "sparkchat_log_fn": _types.LogFunction,
    "sparkchat_destroy_fn": _types.DestroyFunction,
}
_PLAIN = {
    "void": None,
    "int": ctypes.c_int,
    "double": ctypes.c_double,
    "size_t": ctypes.c_size_t,
    "int64_t": ctypes.c_int64,
    "uint64_t": ctypes.c_uint64,
    "const char *": ctypes.c_char_p,
    "char *": _types.StringPointer,
    "char **": _types.StringOut,
    "void *": ctypes.c_void_p,
    **_CALLBACKS,
}
_ENUMS = {
    "sparkchat_status": enums.Status,
    "sparkchat_outcome": enums.Outcome,
    "sparkchat_phase": enums.Phase,
    "sparkchat_transport": enums.Transport,
    "sparkchat_role": enums.Role,
    "sparkchat_function_choice": enums.FunctionChoice,
    "sparkchat_response_format": enums.ResponseFormat,
    "sparkchat_feature": enums.Feature,
    "sparkchat_support": enums.Support,
    "sparkchat_event_kind": enums.EventKind,
    "sparkchat_tokens": enums.Tokens,
    "sparkchat_thinking": enums.Thinking,
    "sparkchat_search": enums.Search,
    "sparkchat_timing": enums.Timing,
    "sparkchat_connection": enums.Connection,
    "sparkchat_log_level": enums.LogLevel,
}


@pytest.fixture(scope="module")
def header(tmp_path_factory: pytest.TempPathFactory) -> Header:
    return Header(tmp_path_factory.mktemp("include"))


def as_ctypes(name: str) -> object:
    """Return the ctypes type for a type of the header."""
    if name in _ENUMS:
        return ctypes.c_int
    if name in _PLAIN:
        return _PLAIN[name]
    if name.endswith("**"):
        return ctypes.POINTER(ctypes.POINTER(_POINTER_TO[name[:-3]]))
    return ctypes.POINTER(_POINTER_TO[name.removesuffix(" *")])


def bound_functions() -> dict[str, object]:
    return {
        f"sparkchat_{name}": value
        for name, value in vars(_ffi).items()
        if isinstance(value, ctypes._CFuncPtr)  # type: ignore[attr-defined]
    }


def test_every_function_is_bound_and_no_other(header: Header) -> None:
    assert len(header.functions) > 90
    assert bound_functions().keys() == header.functions.keys()


def test_every_function_has_the_types_of_the_header(header: Header) -> None:
    for name, function in bound_functions().items():
        result, parameters = header.functions[name]
        assert function.__name__ == name  # type: ignore[attr-defined]
        assert function.restype is as_ctypes(result), name  # type: ignore[attr-defined]
        expected = [as_ctypes(parameter) for parameter in parameters]
        assert list(function.argtypes) == expected, name  # type: ignore[attr-defined]


def test_the_callbacks_have_the_types_of_the_header(header: Header) -> None:
    assert header.callbacks.keys() == _CALLBACKS.keys()
    for name, function in _CALLBACKS.items():
        result, parameters = header.callbacks[name]
        assert function._restype_ is as_ctypes(result), name
        assert list(function._argtypes_) == [as_ctypes(p) for p in parameters], name


def test_the_header_has_the_enums_of_the_package_and_no_others(header: Header) -> None:
    assert header.enums.keys() == _ENUMS.keys()


@pytest.mark.parametrize("name", _ENUMS)
def test_enum_has_the_names_and_numbers_of_the_header(header: Header, name: str) -> None:
    # Some have a shorter prefix than their type.
    shorter = {
        "sparkchat_status": "SPARKCHAT_",
        "sparkchat_function_choice": "SPARKCHAT_FUNCTION_",
        "sparkchat_response_format": "SPARKCHAT_FORMAT_",
        "sparkchat_event_kind": "SPARKCHAT_EVENT_",
        "sparkchat_log_level": "SPARKCHAT_LOG_",
    }
    prefix = shorter.get(name, f"{name.upper()}_")
    expected = {key.removeprefix(prefix): value for key, value in header.enums[name].items()}
    assert {member.name: member.value for member in _ENUMS[name]} == expected


@pytest.mark.parametrize(
    ("kind", "function", "form"),
    [
        (enums.Status, _ffi.status_name, lambda member: f"SPARKCHAT_{member.name}"),
        (enums.Outcome, _ffi.outcome_name, str),
        (enums.Phase, _ffi.phase_name, str),
        (enums.EventKind, _ffi.event_kind_name, str),
        (enums.Transport, _ffi.transport_name, str),
    ],
)
def test_the_library_has_the_same_names(kind, function, form) -> None:  # type: ignore[no-untyped-def]
    for member in kind:
        assert function(member).decode().replace(" ", "_").lower() == form(member).lower()


def test_numbers_of_a_newer_library_are_taken() -> None:
    status = enums.Status(-99)
    assert status == -99
    assert status.name == "UNKNOWN_-99"
    with pytest.raises(ValueError, match="not a valid"):
        enums.Status("OK")  # type: ignore[arg-type]


def test_versions_agree(header: Header) -> None:
    assert int(header.macro("SPARKCHAT_ABI_VERSION")) == ABI_VERSION == _ffi.abi_version()
    assert header.macro("SPARKCHAT_VERSION_STRING") == __version__
    assert _ffi.version_string().decode() == __version__
    assert f"sparkchat/{__version__}" in library_version
    project = ROOT / "bindings" / "python" / "pyproject.toml"
    assert f'\nversion = "{__version__}"\n' in Path(project).read_text()


def test_a_pointer_of_another_kind_is_refused() -> None:
    with pytest.raises(ctypes.ArgumentError):
        _ffi.config_free(_types.ClientPointer())
