"""Answers by the ids of their questions, in an SQLite file; used by the other examples here."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

from sparkchat import Response

Row = dict[str, Any]


class AnswerFile:
    """The answers so far; for one process and one thread at a time."""

    def __init__(self, path: str) -> None:
        self._file = sqlite3.connect(path, isolation_level=None)
        self._file.execute("PRAGMA journal_mode = WAL")
        self._file.execute("PRAGMA synchronous = NORMAL")
        self._file.execute(
            "CREATE TABLE IF NOT EXISTS answers"
            " (id TEXT PRIMARY KEY, text TEXT, error TEXT, sid TEXT, tokens INT)"
        )

    def without(self, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows that have no answer yet, including those that failed."""
        known = "SELECT 1 FROM answers WHERE id = ? AND error IS NULL"
        for row in rows:
            if self._file.execute(known, [str(row["id"])]).fetchone() is None:
                yield row

    def keep(self, row: Row) -> None:
        """Store the outcome of a question, replacing an earlier one."""
        names = ":id, :text, :error, :sid, :tokens"
        self._file.execute(f"INSERT OR REPLACE INTO answers VALUES ({names})", row)

    def summary(self) -> str:
        """Return the numbers of answers, failures and tokens."""
        sums = "SELECT count(*), count(error), coalesce(sum(tokens), 0) FROM answers"
        total, failed, tokens = self._file.execute(sums).fetchone()
        return f"{total - failed} answered, {failed} failed, {tokens} tokens"


def read_rows(path: str) -> Iterator[Row]:
    """Yield the lines of a file, each with an `id` and a `prompt`."""
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def outcome(key: object, answer: Response | BaseException) -> Row:
    """Return the row for the answer or failure of a question."""
    row = {"id": str(key), "text": None, "error": None, "sid": None, "tokens": 0}
    if isinstance(answer, BaseException):
        return {**row, "error": str(answer), "sid": getattr(answer, "sid", None)}
    tokens = answer.usage.total_tokens if answer.usage else 0
    return {**row, "text": answer.text, "sid": answer.sid, "tokens": tokens}
