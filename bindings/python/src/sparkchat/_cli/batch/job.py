"""A job: asks the questions of a file that have no answer yet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..._capi import types
from ..._capi.handle import Handle
from ..._openai.answer import completion
from ..._runtime.batch import BatchIterator, new_rows
from ..._runtime.rows import Endurance
from ...client import Spark
from ...errors import ServiceError, SparkError
from ...response import Response
from .answers import answer_line, error_line
from .files import Files
from .lines import Line, LineError, numbered_lines, read_line, read_lines
from .progress import Progress

MOST_NAMED = 20
"""How many lines a message names."""
# No one may be watching, so it waits longer than a program does.
_ENDURANCE = Endurance(attempts=5, patience=600)


class Job:
    """Finds out which questions have a result, and asks the rest."""

    def __init__(self, source: Path, spark: Spark, model: str | None, progress: Progress) -> None:
        self._source = source
        self._model = model
        self._clients: dict[str | None, Spark] = {model: spark}
        self._progress = progress
        self._done: set[str] = set()
        self._under_way: dict[int, Line] = {}
        self.limit_tokens = 0
        self.ignored: Counter[str] = Counter()
        """Unknown parameters, and the number of lines that have each."""
        self.wrong: list[LineError] = []
        """The first wrong lines."""
        self.wrong_count = 0

    def check(self) -> int:
        """Check all lines, and return how many there are. Wrong lines are in `wrong`."""
        names: dict[str, int] = {}
        for number, text in numbered_lines(self._source):
            try:
                line = read_line(number, text)
                self._check(line, names)
            except LineError as error:
                self.wrong_count += 1
                if self.wrong_count <= MOST_NAMED:
                    self.wrong.append(error)
            else:
                self.ignored.update(line.question.parameters.ignored)
        return len(names)

    def _check(self, line: Line, names: dict[str, int]) -> None:
        first = names.setdefault(line.custom_id, line.number)
        if first != line.number:
            raise LineError(
                line.number, f"its custom_id {line.custom_id!r} is also that of line {first}"
            )
        try:
            # The stream is opened but never driven, so nothing is sent.
            self._open(line).close()
        except (SparkError, TypeError, ValueError) as error:
            raise LineError(line.number, error) from None

    def resume(self, files: Files, retry_errors: bool) -> list[str]:
        """Read the results of earlier runs; return the questions that may be billed twice."""
        for line in files.output.read():
            self._take_back(line)
        if retry_errors:
            failed = [str(line.get("custom_id")) for line in files.errors.read()]
            files.errors.clear()
            return files.begin(self._done | set(failed))
        for line in files.errors.read():
            self._take_back(line)
        return files.begin(self._done)

    def run(self, files: Files, max_concurrency: int) -> None:
        """Ask, and write the results. BatchStoppedError, KeyboardInterrupt: it can be resumed."""
        lines = self._lines(files)
        rows = new_rows(lines, self._open, max_concurrency, False, _ENDURANCE)
        with BatchIterator(lines, rows) as batch:
            try:
                for index, result in batch:
                    self._write(files, index, result)
            except KeyboardInterrupt:
                for index, result in batch:
                    self._write(files, index, result)
                raise

    @property
    def is_at_limit(self) -> bool:
        """Whether the token limit is reached."""
        used = self._progress.tokens["total_tokens"]
        return bool(self.limit_tokens) and used >= self.limit_tokens

    def _lines(self, files: Files) -> Iterator[Line]:
        count = 0
        for line in read_lines(self._source):
            if self.is_at_limit:
                return
            if line.custom_id not in self._done:
                self._under_way[count] = line
                count += 1
                files.note(line.custom_id)
                yield line

    def _open(self, line: Line) -> Handle[types.Stream]:
        client = self._client(line)
        return client._asker(line.question.options(client))(line.question.messages)

    def _client(self, line: Line) -> Spark:
        name = self._model or line.model
        if name not in self._clients:
            first = next(iter(self._clients.values()))
            self._clients[name] = first.with_options(model=name)
        return self._clients[name]

    def _write(self, files: Files, index: int, result: Response | Exception) -> None:
        asked = self._under_way.pop(index)
        line = self._line(asked, result)
        (files.errors if line["error"] else files.output).add(line)
        self._progress.count(line)
        self._progress.step()

    def _line(self, asked: Line, result: Response | Exception) -> dict[str, Any]:
        """Return the line of an answer or of an error."""
        if isinstance(result, Exception):
            return error_line(asked.custom_id, result)
        client, question = self._client(asked), asked.question
        limit = question.options(client).get("max_tokens")
        try:
            body = completion(result, client.domain, limit, question.max_calls)
        except ServiceError as error:
            return error_line(asked.custom_id, error)
        return answer_line(asked.custom_id, result.sid, body)

    def _take_back(self, line: dict[str, Any]) -> None:
        """Note a result that an earlier run has written."""
        custom_id = line.get("custom_id")
        if isinstance(custom_id, str) and custom_id not in self._done:
            self._done.add(custom_id)
            self._progress.count(line)
