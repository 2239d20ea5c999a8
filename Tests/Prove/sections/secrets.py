"""Searches for key, secret, passwords and signature wherever they must not be.

It searches every log line, error text, hint, body and description of successful and failed
exchanges, Python's representations of its objects, the bytes on the wire, and the memory of the
program once everything has been freed.
"""

from __future__ import annotations

import asyncio
import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from urllib.parse import quote

from peers.leaky_proxy import REFUSED_USER, USERS, leaky_proxy
from rows import Effort, Row
from workbench import ROOT, Service, Workbench, workbench

# Recognisable, and used nowhere else.
VALUES = {
    "app_id": "appid7Qz",
    "api_key": "KEYnZ8vTq2LmWx5RbY9cKd4JfHs7GpE1u",
    "api_secret": "SECRETh3NwBq8VzXk6TyRm2JcLd9PfGs",
    "api_password": "PASSWDw4Xb7Mq9Tz:Vk2LrNy6HcJd8PgFs",
    "proxy_password": "PROXYk7Vw3Rb9Xn5Qz1Ld8Tj4Hm6Gc2",
}
SECRETS = ("api_key", "api_secret", "api_password", "proxy_password")
SCHEMES = ("ws", "wss", "http", "https")
ENDINGS = (
    "",
    "error:code=10013",
    "error:code=10003,after=1",
    "drop:after=1,how=reset",
    "stall:at=middle",
    "upgrade_drop:after=20",
    "garbage_upgrade",
    "status:code=401,body=no",
    "echo",
    "error:code=11200",
    "bad_json",
    "upgrade_stall",
    "redirect:to=https://elsewhere.example/",
    "status:code=503,retry_after=1",
    "skew:seconds=3600",
    "huge_header",
)


def forms(secret: str) -> dict[str, str]:
    """Return the forms in which a secret can appear."""
    found = {"plain": secret, "hex": secret.encode().hex()}
    if quote(secret, safe="") != secret:
        found["quoted"] = quote(secret, safe="")
    # In Base64 the middle of a text has three forms, depending on its offset.
    for shift in range(3):
        whole = base64.b64encode(bytes(shift) + secret.encode()).decode()
        found[f"base64-{shift}"] = whole[4:-4]
    return found


# In halves: a secret that is only partly wiped or hidden leaves one of them.
NEEDLES = {
    f"{name}-{form}-{half}": text[len(text) // 2 :] if half == "end" else text[: len(text) // 2]
    for name in SECRETS
    for form, text in forms(VALUES[name]).items()
    for half in ("start", "end")
}


def leaks(text: str) -> list[str]:
    """Return the names of the secrets and signatures in a text."""
    found = [name for name, needle in NEEDLES.items() if needle in text]
    for mark in ("signature=", "authorization=", "Bearer ", "Basic "):
        for behind in text.split(mark)[1:]:
            value = (behind.split() or [""])[0].strip("\"',&")
            if len(value) > 20 and "redacted" not in value:
                found.append(f"{mark}{value[:8]}...")
    return found


def addresses(service: Service, effort: Effort) -> list[str]:
    """Return the URLs to ask: every scheme, every way to end, and the faulty ports."""
    ready, found = service.ready, []
    for scheme, path in (("ws", "/v3.5/chat"), ("http", "/v1/chat/completions")):
        for secure in ("", "s"):
            base = f"{scheme}{secure}://127.0.0.1"
            for ending in ENDINGS[: effort.pick(8, len(ENDINGS))]:
                query = f"?scenario={ending}" if ending else ""
                found.append(f"{base}:{ready['ws' + secure + '_port']}{path}{query}")
            for name, port in ready["ports"].items():
                if name.startswith("tls_") == bool(secure) and (effort.long or "hole" not in name):
                    found.append(f"{base}:{port}{path}")
    return found


def ask_all(
    work: Workbench, service: Service, where: list[str], *, proxy: str = "", **environment: str
) -> tuple[int, str]:
    """Run the program; it receives the secrets veiled, so that the search skips its own copies."""
    veiled = "".join(
        f"{name} {bytes(byte ^ 0x55 for byte in text.encode()).hex()}\n"
        for name, text in {**VALUES, **NEEDLES}.items()
    )
    result = subprocess.run(
        [str(work.program("secrets")), str(service.ca_file), proxy, *where],
        input=veiled.encode(),
        stdout=subprocess.PIPE,
        # Its environment has no secrets, either. And no lazy binding: at the first call of an
        # OpenSSL function, the dynamic linker saves the vector registers on the stack, with the
        # data that the last memcpy() left in them, and does not wipe it.
        env={"PATH": os.environ["PATH"], "LD_BIND_NOW": "1", **environment},
        timeout=300,
        check=False,
    )
    return result.returncode, result.stdout.decode(errors="replace")


def in_c(work: Workbench, service: Service, effort: Effort) -> Iterator[Row]:
    where = addresses(service, effort)
    said, memory = (
        Row("log lines, errors, hints, bodies, URLs"),
        Row("memory as it is freed, and afterwards"),
    )
    with leaky_proxy() as proxy:
        logins = [(kind, user) for kind in ("http", "socks5") for user in USERS]
        proxies = [f"{kind}://{user}:PASSWORD@127.0.0.1:{proxy.port}" for kind, user in logins]
        for each in ("", *proxies):
            asked = through_proxies(service) if each else where
            status, output = ask_all(work, service, asked, proxy=each)
            # A password that a proxy repeats is not wiped: it is part of the proxy's text.
            look(output, said, Row("") if REFUSED_USER in each else memory)
            memory.tried += len(NEEDLES)
            if status or "\nsearched" not in output:
                said.failures.append(f"{each}: the program ended with {status}")
        if not (proxy.let_through and proxy.refused):
            said.failures.append("the proxies were not asked")
    _, output = ask_all(work, service, [], SECRETS_CONTROL="1")
    for name in ("api_key", "api_key-plain-start", "api_key-plain-end"):
        memory.tried += 1
        if output.count(f"FOUND {name} ") < 2:
            memory.failures.append(f"the search does not find what is there: {name}")
    said.figures = f"{len(where)} addresses, {len(proxies)} proxies"
    yield said
    yield memory


def through_proxies(service: Service) -> list[str]:
    """Return the URLs to ask through a proxy: every scheme."""
    return [service.url(scheme).replace("localhost", "127.0.0.1") for scheme in SCHEMES]


def look(output: str, said: Row, memory: Row) -> None:
    """Check the output of one run of the program, and what it found in its memory."""
    for line in output.splitlines():
        if line.startswith("FOUND"):
            memory.failures.append(line)
        elif line.startswith("searched"):
            memory.figures = line
        else:
            said.tried += 1
            said.failures += [f"{name} in {line[:200]}" for name in leaks(line)]


async def recorded(work: Workbench, service: Service) -> bytes:
    """Ask through a relay without TLS; return what the client sent."""
    sent = bytearray()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        far_reader, far_writer = await asyncio.open_connection(
            "127.0.0.1", service.ready["ws_port"]
        )

        async def pass_on(source: asyncio.StreamReader, to: asyncio.StreamWriter) -> None:
            while data := await source.read(65536):
                if source is reader:
                    sent.extend(data)
                to.write(data)
            to.close()

        both = pass_on(reader, far_writer), pass_on(far_reader, writer)
        await asyncio.gather(*both, return_exceptions=True)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    await asyncio.to_thread(ask_all, work, service, [f"ws://127.0.0.1:{port}/v3.5/chat"])
    server.close()
    return bytes(sent)


def on_the_wire(work: Workbench, service: Service) -> Iterator[Row]:
    """Over WebSocket, the secret is never sent, and the key only in Base64, signed."""
    row = Row("what goes over the wire (WebSocket)")
    sent = asyncio.run(recorded(work, service)).decode("latin-1")
    if sent.count("authorization=") < 4:
        row.failures.append("nothing was recorded")
    for name, needle in NEEDLES.items():
        row.tried += 1
        # The wrong credentials have secret and key swapped.
        if needle in sent and not name.startswith(("api_key-base64", "api_secret-base64")):
            row.failures.append(f"{name} was sent")
    yield row


PYTHON = """
import pickle, sys, traceback
import sparkchat
values = dict(zip(("app_id", "api_key", "api_secret"), sys.stdin.read().split()))
def show(*things):
    for thing in things:
        print(repr(thing), str(thing), f"{thing}", dir(thing))
        print(getattr(thing, "__dict__", ""))
for url in sys.argv[2:]:
    chat = sparkchat.Spark(url=url, ca_file=sys.argv[1], environment=False, **values)
    show(chat)
    try:
        with chat.stream("Hello") as stream:
            show(stream, *stream)
            show(stream.response)
    except sparkchat.SparkError as error:
        show(error, error.args)
        traceback.print_exc(file=sys.stdout)
print("shown")
"""


def in_python(service: Service, effort: Effort) -> Iterator[Row]:
    """Check Python's representations of its objects and exceptions."""
    row = Row("repr, str, vars and tracebacks in Python")
    where = [url for url in addresses(service, effort) if url.startswith("ws")]
    where = [url for url in where if "stall" not in url and "hole" not in url]
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "bindings" / "python" / "src"),
        "SPARKCHAT_LIBRARY": str(ROOT / "build" / "lib" / "libsparkchat.so.0"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    result = subprocess.run(
        [sys.executable, "-c", PYTHON, str(service.ca_file), *where],
        input=" ".join(VALUES[name] for name in ("app_id", "api_key", "api_secret")),
        capture_output=True,
        text=True,
        env=environment,
        timeout=300,
        check=False,
    )
    for line in (result.stdout + result.stderr).splitlines():
        row.tried += 1
        row.failures += [f"{name} in {line[:200]}" for name in leaks(line)]
    if result.returncode or "\nshown" not in result.stdout:
        row.failures.append(f"the program ended with {result.returncode}: {result.stderr[-500:]}")
    yield row


def run(effort: Effort) -> list[Row]:
    with workbench() as work:
        given = {name: value for name, value in VALUES.items() if name.startswith("a")}
        options = [f"--{name.replace('_', '-')}={value}" for name, value in given.items()]
        service = Service(work.folder, *options)
        try:
            return [
                *in_c(work, service, effort),
                *on_the_wire(work, service),
                *in_python(service, effort),
            ]
        finally:
            service.stop()
