"""A TLS server that replaces swift.org, and can fail like real servers."""

from __future__ import annotations

import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import trustme


class _Handler(BaseHTTPRequestHandler):
    server: Downloads

    def do_GET(self) -> None:
        server = self.server
        server.asked.append((self.path, self.headers.get("Range")))
        content = server.files.get(self.path)
        if content is None:
            self.send_error(404)
            return
        start = 0
        if (wanted := self.headers.get("Range")) and server.has_ranges:
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(content):
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        else:
            self.send_response(200)
        self.send_header("Content-Length", str(len(content) - start))
        self.end_headers()
        end = server.cuts.pop(self.path, len(content))
        self.wfile.write(content[start:end])
        if end < len(content) and server.stalls:
            server.stalled.set()
            server.go_on.wait(60)

    def log_message(self, format: str, *arguments: object) -> None:
        pass


class Downloads(ThreadingHTTPServer):
    """Serves `files`. Each of `cuts` ends one response after that many bytes, or stalls there."""

    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        authority = trustme.CA()
        self.ca_file = folder / "ca.pem"
        authority.cert_pem.write_to_path(self.ca_file)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        authority.issue_cert("127.0.0.1").configure_cert(context)
        # The connection's thread does the handshake.
        self.socket = context.wrap_socket(
            self.socket, server_side=True, do_handshake_on_connect=False
        )
        self.url = f"https://127.0.0.1:{self.server_port}"
        self.files: dict[str, bytes] = {}
        self.cuts: dict[str, int] = {}
        self.asked: list[tuple[str, str | None]] = []
        self.has_ranges = True
        self.stalls = False
        self.stalled = threading.Event()
        self.go_on = threading.Event()
        threading.Thread(target=self.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self.go_on.set()
        self.shutdown()
        self.server_close()
