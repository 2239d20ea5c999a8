"""LangChain's own standard tests, with the local service, over both transports.

What is skipped, and why: PDF, audio and video inputs, images in tool messages, and images by their
address, which the service does not take; JSON mode over WebSocket and images over HTTP, which it
has over the other transport only; `test_stream_time`, which needs recorded traffic of LangChain's
own kind.
"""

from __future__ import annotations

import base64
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from langchain_core.language_models import BaseChatModel
from langchain_tests.integration_tests import ChatModelIntegrationTests

from conftest import Arguments
from pictures import png
from service import Service
from sparkchat import InvalidArgumentError
from sparkchat.langchain import ChatSparkLLM


class Standard(ChatModelIntegrationTests):
    transport: str
    override: str

    @pytest.fixture(autouse=True)
    def _place(self, arguments: Arguments) -> None:
        self.arguments = arguments

    @property
    def chat_model_class(self) -> type[ChatSparkLLM]:
        return ChatSparkLLM

    @property
    def chat_model_params(self) -> dict[str, Any]:
        return self.arguments(transport=self.transport)

    @property
    def returns_usage_metadata(self) -> bool:
        return True

    @property
    def supports_model_override(self) -> bool:
        return True

    @property
    def model_override_value(self) -> str:
        return self.override

    @property
    def supports_anthropic_inputs(self) -> bool:
        return True

    def test_anthropic_inputs(self, model: BaseChatModel, monkeypatch: Any = None) -> None:
        # No model of Spark's takes both an image and tools, so this goes without the image.
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(type(self), "supports_image_inputs", False)
            super().test_anthropic_inputs(model)


class TestOverWebSocket(Standard):
    transport = "websocket"
    override = "generalv3.5tipre"

    @property
    def supports_image_inputs(self) -> bool:
        return True

    def test_image_inputs(self, model: BaseChatModel, monkeypatch: pytest.MonkeyPatch) -> None:
        """With the one model that takes images, and an image that is here."""
        monkeypatch.setattr(httpx, "get", lambda *a, **k: SimpleNamespace(content=png(64, 48)))
        super().test_image_inputs(ChatSparkLLM(**self.arguments(path="/v2.1/image", model="image")))

    def test_tool_choice(self, model: BaseChatModel) -> None:
        """Over WebSocket the service can only be told which tool, so "any" is for a single one."""


class TestOverHTTP(Standard):
    transport = "http"
    override = "4.0Ultra"

    @property
    def supports_json_mode(self) -> bool:
        return True


class TestJSONSchemaOverHTTP(TestOverHTTP):
    """Structured output once more, the other way."""

    @property
    def structured_output_kwargs(self) -> dict[str, Any]:
        return {"method": "json_schema"}
