"""The answer of the scenario `status`, over both transports."""

from __future__ import annotations

REFUSED = '{"message":"refused by a scenario"}'


def status_headers(
    body: str, type: str, retry_after: str, chunked: bool, length: int, keep: bool
) -> tuple[list[tuple[str, str]], bytes]:
    """Return headers and body of an answer.

    `chunked` sends the body in chunks, `length` announces a wrong length of the body, `keep`
    announces that the connection stays open.
    """
    data = body.encode()
    headers = [("Content-Type", type)]
    if retry_after:
        headers.append(("Retry-After", retry_after))
    if chunked:
        headers.append(("Transfer-Encoding", "chunked"))
        parts = [data[n : n + 7] for n in range(0, len(data), 7)]
        data = b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in [*parts, b""])
    else:
        headers.append(("Content-Length", str(len(data) if length < 0 else length)))
    headers.append(("Connection", "keep-alive" if keep else "close"))
    return headers, data
