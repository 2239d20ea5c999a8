"""SparkLLM as a LangChain chat model."""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Literal

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models.base import LangSmithParams
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from pydantic import model_validator

from ..client import Spark
from . import _blocks as _blocks
from ._answers import PROVIDER, Chunks
from ._clients import client_settings
from ._parsers import Schema
from ._profile import profile
from ._questions import read_question
from ._saving import SavedFields
from ._secrets import hidden, without_secrets
from ._structured import structured
from ._tools import ToolLike, chosen_tool, declarations

if TYPE_CHECKING:
    from langchain_core.language_models import ModelProfile
    from langchain_core.language_models.chat_models import _ChatModelBinding
    from typing_extensions import Unpack

    from ._arguments import Arguments


class ChatSparkLLM(SavedFields):
    """iFlytek's SparkLLM, over WebSocket or HTTP.

    Replaces `langchain_community.chat_models.ChatSparkLLM`, with the same arguments and environment
    variables. Arguments that are not set are not sent; unknown ones are refused.

    >>> chat = ChatSparkLLM(app_id="...", api_key="...", api_secret="...", model="4.0Ultra")
    >>> chat.invoke("Hello").content  # doctest: +SKIP
    'Hello! How can I help you?'

    A call may set its own arguments, even the model: `chat.invoke("Hello", model="lite")`. If one
    of the service's own URLs was given, it stays: pass `api_url` as well. A URL from the
    environment does not stay. At a gateway, given or from the environment, each model has the same
    path as at the service. For the models of a hosted plan, pass both names: `model="coding-plan",
    domain="astron-code-latest"`.

    A value that no model accepts raises pydantic's ValidationError, from the constructor or from
    the call; an unknown argument of a call raises TypeError. A failed request raises a
    `sparkchat.SparkError`.
    """

    if TYPE_CHECKING:

        def __init__(self, **arguments: Unpack[Arguments]) -> None:
            """Initialize the model; pydantic does this."""

    @model_validator(mode="after")
    def _check_settings(self) -> ChatSparkLLM:
        """Report invalid settings here, and not with the first question."""
        self._client()
        return self

    def _client(self) -> Spark:
        return self._clients.get(client_settings(self._chosen()))

    # Requests ----------------------------------------------------------------------------

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        question = read_question(self, kwargs, messages, stop)
        client = self._clients.get(question.settings)
        request, asked = question.request(client)
        answer = asked.message(client.invoke(request.messages, **request.options))
        return ChatResult(generations=[ChatGeneration(message=answer)])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        question = read_question(self, kwargs, messages, stop)
        client = self._clients.get(question.settings)
        request, asked = question.request(client)
        chunks = Chunks(asked)
        # Leaving the block stops the service if the caller stops reading.
        with client.stream(request.messages, **request.options) as stream:
            for event in stream:
                if chunk := chunks.of(event):
                    if run_manager:
                        run_manager.on_llm_new_token(chunk.message.text, chunk=chunk)
                    yield chunk
        yield chunks.last(stream.response)

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        question = read_question(self, kwargs, messages, stop)
        client = self._async_clients.get(question.settings)
        request, asked = question.request(client)
        answer = asked.message(await client.invoke(request.messages, **request.options))
        return ChatResult(generations=[ChatGeneration(message=answer)])

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        question = read_question(self, kwargs, messages, stop)
        client = self._async_clients.get(question.settings)
        request, asked = question.request(client)
        chunks = Chunks(asked)
        async with client.stream(request.messages, **request.options) as stream:
            async for event in stream:
                if chunk := chunks.of(event):
                    if run_manager:
                        await run_manager.on_llm_new_token(chunk.message.text, chunk=chunk)
                    yield chunk
        yield chunks.last(stream.response)

    # Tools and shapes --------------------------------------------------------------------

    def bind_tools(
        self,
        tools: Sequence[ToolLike],
        *,
        tool_choice: str | bool | dict[str, Any] | None = None,
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Offer tools to the model.

        `tool_choice` is "auto", "none", "any" (or True: at least one), or the name of the tool to
        call. Over WebSocket, the service only accepts a name: "any" of several becomes an
        instruction to the model, with a warning in the log. `strict` is accepted for compatibility:
        the service has no such guarantee.
        """
        declared = declarations(tools)
        if choice := chosen_tool(tool_choice, declared):
            kwargs["tool_choice"] = choice
        return self.bind(tools=declared, **kwargs)

    def with_structured_output(
        self,
        schema: Schema | None = None,
        *,
        method: Literal["function_calling", "json_mode", "json_schema"] = "function_calling",
        include_raw: bool = False,
        strict: bool | None = None,
        **kwargs: Any,
    ) -> Runnable[LanguageModelInput, Any]:
        """Convert answers into a pydantic model, a TypedDict, or the dict of a JSON schema.

        With "function_calling", the model calls a function with these arguments. With "json_mode",
        over HTTP only, it writes JSON: a message must ask for JSON and describe it. With
        "json_schema", the schema is part of the instruction, over HTTP together with JSON mode. The
        service cannot enforce a schema, so `strict` has no effect. Pydantic models are validated
        here; for other schemas, the answer only has to be a JSON object. An answer that does not
        match, is missing, or was cut raises OutputParserException. `include_raw` returns a dict
        with "raw", "parsed" and "parsing_error" instead.
        """
        if kwargs:
            raise TypeError(f"unexpected keyword argument {next(iter(kwargs))!r}")
        return structured(self, schema, method, include_raw)

    # Hooks of LangChain ------------------------------------------------------------------

    @property
    def _llm_type(self) -> str:
        return "spark-llm-chat"

    def _resolve_model_profile(self) -> ModelProfile | None:
        # LangChain calls this before the validators of this class have run.
        self._load_endpoint()
        model = self._client().model
        return None if model is None else profile(model)

    @property
    def _identifying_params(self) -> dict[str, Any]:
        """The parameters that determine the answers, without the credentials."""
        client = self._client()
        fields = {k: v for k, v in sorted(self._chosen().items()) if k != "streaming"}
        where = {"spark_api_url": client.url, "spark_llm_domain": client.domain}
        return without_secrets({**fields, **where})

    def _get_invocation_params(
        self, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        # For traces.
        return super()._get_invocation_params(stop=stop, **without_secrets(kwargs))

    def _get_llm_string(self, stop: list[str] | None = None, **kwargs: Any) -> str:
        # For caches.
        return repr(sorted(self._get_invocation_params(stop=stop, **kwargs).items()))

    def bind(self, **kwargs: Any) -> _ChatModelBinding:
        """Bind arguments of a call; secrets among them are hidden."""
        return super().bind(**hidden(kwargs))

    def _get_ls_params(self, stop: list[str] | None = None, **kwargs: Any) -> LangSmithParams:
        named = (kwargs.get("domain"), kwargs.get("model"), self.domain, self.spark_llm_domain)
        wanted = next(filter(None, named), None) or self._client().domain
        known = super()._get_ls_params(stop=stop or self.stop, **{**kwargs, "model": wanted})
        known["ls_provider"] = PROVIDER
        return known

    def get_num_tokens(self, text: str) -> int:
        """Estimate the tokens of a text: 1.5 Chinese or 4 other characters per token.

        The service's own counts are in `usage_metadata`; its tokenizer is not public. If
        `custom_get_token_ids` is set, it is used instead.
        """
        if self.custom_get_token_ids is not None:
            return len(self.get_token_ids(text))
        chinese = sum("\u2e80" <= character <= "\uffef" for character in text)
        return math.ceil(chinese / 1.5 + (len(text) - chinese) / 4)

    def get_token_ids(self, text: str) -> list[int]:
        """Return the result of `custom_get_token_ids`.

        NotImplementedError: it is not set, and the service's tokenizer is not public.
        """
        if self.custom_get_token_ids is not None:
            return self.custom_get_token_ids(text)
        raise NotImplementedError("the service's tokenizer is not public")
