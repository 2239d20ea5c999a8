"""JSON for people who read it in a terminal or an editor."""

from __future__ import annotations

import json
import re
from typing import Any

# `json` escapes the other control characters. These can control a terminal, reverse text, end a
# line, or be invisible.
_UNSEEN = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u206f\U000e0000-\U000e007f]")


def readable_json(value: Any) -> str:
    """Return an indented JSON document with invisible characters escaped."""
    document = json.dumps(value, ensure_ascii=False, indent=1)
    return _UNSEEN.sub(lambda found: json.dumps(found[0])[1:-1], document)
