"""The ASGI application."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from .._openai.refusal import RefusedError
from ..async_client import AsyncSpark
from ..enums import Feature, Transport
from ..errors import ConfigError, LimiterError, SparkError
from ..models import Model
from ..settings import Changes
from .answer import Answer
from .bodies import read_json
from .catalog import Catalog
from .embeddings import KINDS, Embedders, read_texts
from .errors import ApiError, api_error, sid_header, unexpected
from .guard import Guard
from .json_texts import write_json
from .leaving import ClientLeft, unless_left
from .question import read_question
from .report import Report
from .streaming import EventStream

MAX_BODY = 32 * 1024 * 1024
_EXPOSED = ["x-request-id", "retry-after", "x-should-retry"]
# nginx's status for a client that has left; it is never received.
_LEFT = 499


def create_app(
    spark: AsyncSpark | None = None,
    *,
    models: Mapping[str, Changes] | None = None,
    api_key: str | None = None,
    public: bool = False,
    hosts: Iterable[str] = (),
    origins: Iterable[str] = (),
    max_body: int = MAX_BODY,
) -> Starlette:
    """Return an ASGI application with OpenAI's interface; other applications can mount it.

    `spark` sends the requests; None means `AsyncSpark()`. For another model the application uses
    `spark.with_options(model=...)`, made once for all requests. `models` adds names, each with the
    settings of its client, such as `{"ours": {"model": "maas", "domain": "...", "patch_id":
    "..."}}`; the model may also be "embedding" or "embedding-query".

    Requests must carry `api_key`. Without a key, only requests from this machine are answered,
    unless the application is `public`: then something else must decide who may send requests.
    `hosts` are the accepted names in the Host header. If you give none, all names are accepted, or
    without a key only those of this machine. `origins` are the web origins that browsers may send
    requests from, such as "https://example.com". `max_body` is the largest request, in bytes.
    """
    if spark is not None and not isinstance(spark, AsyncSpark):
        raise TypeError(f"create_app takes an AsyncSpark, not {type(spark).__name__}")
    if api_key is not None and not api_key.strip():
        raise ValueError("the server's API key is empty")
    allowed = list(origins)
    if "*" in allowed and api_key is None and not public:
        raise ValueError(
            'the origin "*" needs an API key: otherwise any web page could send requests'
        )
    spark = AsyncSpark() if spark is None else spark
    named = dict(models or {})
    vectors = {name: named.pop(name) for name in list(named) if named[name].get("model") in KINDS}
    server = _Server(Catalog(spark, named), Embedders(spark, vectors), max_body)
    guard = Middleware(Guard, api_key=api_key, public=public, hosts=list(hosts), origins=allowed)
    # Outside of the guard: browsers send preflight requests without a key, and read refusals.
    cors = Middleware(
        CORSMiddleware,
        allow_origins=allowed,
        allow_methods=["GET", "POST"],
        allow_headers=["*"],
        expose_headers=_EXPOSED,
    )
    return Starlette(
        routes=[
            Route("/v1/models", _answered(server.models)),
            Route("/v1/models/{name:path}", _answered(server.model)),
            Route("/v1/chat/completions", _answered(server.chat), methods=["POST"]),
            Route("/v1/embeddings", _answered(server.embeddings), methods=["POST"]),
        ],
        middleware=[cors, guard] if allowed else [guard],
        exception_handlers={HTTPException: _no_route},
    )


Endpoint = Callable[[Request, Report], Awaitable[Response]]


class _Server:
    """Answers requests that the guard accepts."""

    def __init__(self, catalog: Catalog, embedders: Embedders, max_body: int) -> None:
        self._catalog = catalog
        self._embedders = embedders
        self._max_body = max_body

    async def models(self, request: Request, report: Report) -> Response:
        served = await asyncio.to_thread(self._catalog.served)
        told = [_model(name, client.model, client.transport) for name, client in served.items()]
        told += [_model(name) for name in self._embedders.served()]
        return _json({"object": "list", "data": told})

    async def model(self, request: Request, report: Report) -> Response:
        name = request.path_params["name"]
        if name in self._embedders.served():
            return _json(_model(name))
        client = await asyncio.to_thread(self._catalog.client, name)
        return _json(_model(name, client.model, client.transport))

    async def chat(self, request: Request, report: Report) -> Response:
        question = read_question(await read_json(request, self._max_body))
        spark = await asyncio.to_thread(self._catalog.client, question.model)
        report.about(spark.model)
        answer = Answer(question, *question.ask(spark))
        try:
            if question.is_streamed:
                # An error before the first piece can still set the HTTP status.
                chunks = answer.chunks()
                first = await unless_left(request.receive, _first(chunks))
                return EventStream(answer, first, chunks, report)
            document = await unless_left(request.receive, answer.document())
        except BaseException:
            answer.close()
            raise
        report.answered(answer)
        return _json(document, answer.response.sid)

    async def embeddings(self, request: Request, report: Report) -> Response:
        wanted = read_texts(await read_json(request, self._max_body))
        embedder = self._embedders.find(wanted.model)
        work = embedder.spark.embed(wanted.texts, domain=embedder.kind)
        try:
            vectors = await unless_left(request.receive, work)
        except SparkError as error:
            param = "model" if isinstance(error, ConfigError) else "input"
            raise api_error(error, param) from None
        report.answered()
        return _json(wanted.document(vectors), vectors[0].response.sid)


def _answered(endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that reports errors in OpenAI's shape."""

    async def answer(request: Request) -> Response:
        report = Report(endpoint.__name__)
        try:
            return await endpoint(request, report)
        except (ClientLeft, ClientDisconnect):
            report.left()
            return Response(status_code=_LEFT)
        except SparkError as error:
            if isinstance(error, LimiterError):
                report.limiter(error)
            told = api_error(error)
        except RefusedError as error:
            told = ApiError(400, str(error), code=error.code, param=error.param)
        except ApiError as error:
            told = error
        except Exception as error:
            report.fault(error)
            told = unexpected()
        report.failed(told)
        return told.response()

    return answer


async def _first(chunks: AsyncIterator[dict[str, Any]]) -> dict[str, Any]:
    return await anext(chunks)


async def _no_route(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    message = "the path does not exist, or does not accept this method; there are"
    paths = "GET /v1/models, POST /v1/chat/completions and POST /v1/embeddings"
    return ApiError(status, f"{message} {paths}", code="unknown_url").response()


def _json(document: object, sid: str | None = None) -> Response:
    return Response(write_json(document), headers=sid_header(sid), media_type="application/json")


def _model(
    name: str, model: Model | None = None, transport: Transport = Transport.HTTP
) -> dict[str, Any]:
    told: dict[str, Any] = {"id": name, "object": "model", "created": 0, "owned_by": "iflytek"}
    if model is not None:
        features = set(model.features)
        if transport is Transport.WEBSOCKET:
            features.discard(Feature.JSON_MODE)
        told |= {
            "aliases": list(model.aliases),
            "context_length": model.context_tokens,
            "max_completion_tokens": model.max_tokens,
            "features": sorted(str(feature) for feature in features),
        }
    return told
