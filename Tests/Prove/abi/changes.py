"""Header changes that the comparison must refuse or accept, to test the comparison itself."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Change:
    """One change: its name, and the text before and after; white space does not matter."""

    what: str
    before: str
    after: str

    def apply(self, header: str) -> str:
        """Return the header with the change."""
        pattern = r"\s+".join(map(re.escape, self.before.split()))
        changed, count = re.subn(pattern, lambda _: self.after, header, count=1)
        assert count == 1, f"the header has no {self.before!r}"
        return changed


REFUSED = (
    Change("a function is gone", "SPARKCHAT_API int sparkchat_abi_version(void);", ""),
    Change(
        "a function has another name", "void sparkchat_group_wake(", "void sparkchat_group_awake("
    ),
    Change(
        "a parameter is gone",
        "sparkchat_group_next( sparkchat_group *group,",
        "sparkchat_group_next(",
    ),
    Change(
        "a parameter is added", "sparkchat_version_number(void)", "sparkchat_version_number(int x)"
    ),
    Change(
        "a parameter is wider",
        "sparkchat_config_set_idle_timeout( sparkchat_config *config, int timeout_ms,",
        "sparkchat_config_set_idle_timeout( sparkchat_config *config, int64_t timeout_ms,",
    ),
    Change(
        "a parameter has another type",
        "sparkchat_stream_free(sparkchat_stream *stream)",
        "sparkchat_stream_free(sparkchat_group *stream)",
    ),
    Change(
        "two parameters have changed places",
        "const char *content, size_t length, sparkchat_error **error);",
        "size_t length, const char *content, sparkchat_error **error);",
    ),
    Change(
        "a result is wider",
        "int sparkchat_version_number(void)",
        "int64_t sparkchat_version_number(void)",
    ),
    Change(
        "a result is signed now",
        "uint64_t sparkchat_response_bytes_sent",
        "int64_t sparkchat_response_bytes_sent",
    ),
    Change("nothing is returned anymore", "int sparkchat_group_fd", "void sparkchat_group_fd"),
    Change(
        "a status has another number", "SPARKCHAT_ERR_TIMEOUT = -23", "SPARKCHAT_ERR_TIMEOUT = -24"
    ),
    Change("two constants have changed places", "SPARKCHAT_DONE = 1,", "SPARKCHAT_DONE = 2,"),
    Change("a constant is gone", "SPARKCHAT_ROLE_ASSISTANT = 3,", ""),
    Change("a constant has another name", "SPARKCHAT_EVENT_USAGE", "SPARKCHAT_EVENT_TOKENS"),
    Change(
        "a callback has another parameter",
        "typedef int (*sparkchat_event_fn)(const sparkchat_event *event, void *user_data);",
        "typedef int (*sparkchat_event_fn)(void *user_data, const sparkchat_event *event);",
    ),
    Change(
        "a callback returns nothing",
        "typedef int (*sparkchat_event_fn)",
        "typedef void (*sparkchat_event_fn)",
    ),
)

_LAST = "void sparkchat_string_free(char *string);"

ACCEPTED = (
    Change("nothing", "Since", "Since"),
    Change("a comment has changed", "For looking up the host name", "For looking up a host"),
    Change("a parameter has another name", "(sparkchat_stream *stream);", "(sparkchat_stream *s);"),
    Change(
        "a function is added",
        _LAST,
        f"{_LAST}\nSPARKCHAT_API int sparkchat_new_function(const sparkchat_client *client);",
    ),
    Change(
        "a function with a type of its own is added",
        _LAST,
        f"{_LAST}\ntypedef enum sparkchat_new {{ SPARKCHAT_NEW_ONE = 1 }} sparkchat_new;\n"
        "SPARKCHAT_API sparkchat_new sparkchat_new_kind(void);",
    ),
    Change(
        "a status is added",
        "SPARKCHAT_ERR_IO = -22,",
        "SPARKCHAT_ERR_IO = -22, SPARKCHAT_ERR_NEW = -24,",
    ),
    Change(
        "a kind of event is added",
        "SPARKCHAT_EVENT_WARNING = 7",
        "SPARKCHAT_EVENT_WARNING = 7, SPARKCHAT_EVENT_NEW = 8",
    ),
)
