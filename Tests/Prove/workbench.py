"""What the sections share: the local service, compiled C programs, and a feeder for them."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.append(str(HERE.parent / "C"))

from support.compiler import compile_program  # noqa: E402
from support.paths import LIBRARY, LIBRARY_FOLDER, ROOT, SUPPORT  # noqa: E402
from support.peer import Peer  # noqa: E402
from support.server import ScriptedServer  # noqa: E402
from support.service import Service  # noqa: E402
from support.workshop import Workshop  # noqa: E402

__all__ = ["HERE", "LIBRARY", "LIBRARY_FOLDER", "ROOT", "Peer", "ScriptedServer", "Service"]
SOURCES = HERE / "c"
# No trial takes as long, unless it hangs.
PATIENCE = 60


class Workbench:
    """Compiles programs of `c/`, once each, into a temporary folder."""

    def __init__(self) -> None:
        self._workshop = Workshop()
        self.folder: Path = self._workshop.folder
        # LD_PRELOAD is a list separated by spaces, so these paths have none.
        self._shims = tempfile.TemporaryDirectory(prefix="sparkchat-shims-")
        self._built: dict[str, Path] = {}

    @property
    def service(self) -> Service:
        """The local Spark service."""
        return self._workshop.service

    def urls(self) -> list[str]:
        """Return the service's URLs: every scheme, both transports."""
        return [self.service.url(scheme) for scheme in ("ws", "wss", "http", "https")]

    def program(self, name: str, *flags: str, variant: str = "") -> Path:
        """Return a program made of `name.c`, all `name_*.c`, and the library."""
        key = name + variant
        if key not in self._built:
            options = (*(flags or ("-std=gnu11", "-O1")), f"-I{SUPPORT}")
            sources = [SOURCES / f"{name}.c", *sorted(SOURCES.glob(f"{name}_*.c"))]
            self._built[key] = compile_program(self.folder / key, sources, flags=options)
        return self._built[key]

    def example(self, name: str) -> Path:
        """Return a program of `bindings/c`."""
        return self._workshop.example(name)

    def shim(self, name: str) -> Path:
        """Return a shared object for LD_PRELOAD."""
        if name not in self._built:
            flags = ("-std=gnu11", "-O1", "-shared", "-fPIC")
            target = Path(self._shims.name) / f"{name}.so"
            source = SOURCES / f"{name}.c"
            self._built[name] = compile_program(target, [source], flags=flags, link=False)
        return self._built[name]

    def close(self) -> None:
        """Stop the service and remove the programs."""
        self._workshop.close()
        self._shims.cleanup()


@contextmanager
def workbench() -> Iterator[Workbench]:
    """Yield a workbench for one section."""
    bench = Workbench()
    try:
        yield bench
    finally:
        bench.close()


@dataclass(frozen=True)
class Answer:
    """How a request of `exchanges` ended."""

    status: str
    outcome: str
    phase: str
    errno: int
    connection: int
    text: bytes
    message: str
    hint: str

    @property
    def is_complete(self) -> bool:
        """Whether the library reports a complete answer."""
        return self.status == "DONE"

    def __str__(self) -> str:
        return f"{self.status} {self.outcome} {self.phase}: {self.message} {self.text!r}"


def read_answer(line: str) -> tuple[str, Answer]:
    """Read a line of `exchanges`; return the request's id as well."""
    fields = line.rstrip("\n").split("\t")
    number, status, outcome, phase, errno, connection, text, message, hint = fields
    return number, Answer(
        status.removeprefix("SPARKCHAT_"),
        outcome,
        phase,
        int(errno),
        int(connection),
        bytes.fromhex(text),
        message,
        hint,
    )


class Exchanges:
    """A running `exchanges`, fed from an event loop."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._count = 0
        self.descriptors_left: int | None = None
        self._reading = asyncio.create_task(self._read())

    @classmethod
    async def start(cls, program: Sequence[str | Path], environment: dict[str, str]) -> Exchanges:
        """Start the program."""
        process = await asyncio.create_subprocess_exec(
            *map(str, program),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env=environment,
            limit=1 << 24,
        )
        return cls(process)

    async def _read(self) -> None:
        assert self._process.stdout is not None
        async for raw in self._process.stdout:
            line = raw.decode(errors="replace")
            if line.startswith("end\t"):
                self.descriptors_left = int(line.split("\t")[1])
                continue
            number, answer = read_answer(line)
            self._waiting.pop(number).set_result(answer)
        for future in self._waiting.values():
            future.set_exception(RuntimeError(f"the program ended: {await self._process.wait()}"))

    async def ask(self, **options: object) -> Answer:
        """Ask, and wait for the end. A hang is an error."""
        assert self._process.stdin is not None
        self._count += 1
        number = str(self._count)
        future = asyncio.get_running_loop().create_future()
        self._waiting[number] = future
        fields = [number, *(f"{name}={value}" for name, value in options.items())]
        self._process.stdin.write(("\t".join(fields) + "\n").encode())
        return await asyncio.wait_for(asyncio.shield(future), PATIENCE)

    async def finish(self) -> tuple[int, int]:
        """Let it end; return its exit status and the number of descriptors left open."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            status = await asyncio.wait_for(self._process.wait(), PATIENCE)
            await self._reading
        except asyncio.TimeoutError:
            self._process.kill()
            return -1, 0
        return status, self.descriptors_left if self.descriptors_left is not None else -1
