"""LangChain's own standard tests, with the local service, over both transports.

What is skipped, and why: PDF, audio and video inputs, images in tool messages, which the service
does not take; images by their address, which the local service does not fetch; images over HTTP,
which are for hosted models; JSON mode over WebSocket, which has none; `test_stream_time`, which
needs recorded traffic of LangChain's own kind.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from langchain_tests.integration_tests import ChatModelIntegrationTests

from conftest import Arguments
from pictures import png
from sparkchat.langchain import ChatSparkLLM


class Standard(ChatModelIntegrationTests):
    transport: str
    override: str

    @pytest.fixture(autouse=True)
    def _place(self, arguments: Arguments, request: pytest.FixtureRequest) -> None:
        self.arguments = arguments
        self.test_name = request.node.originalname

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


class TestOverWebSocket(Standard):
    transport = "websocket"
    override = "generalv3.5tipre"

    @pytest.fixture(autouse=True)
    def _picture(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Use a local picture instead of one from the web."""
        monkeypatch.setattr(httpx, "get", lambda *a, **k: SimpleNamespace(content=png(64, 48)))

    @property
    def chat_model_params(self) -> dict[str, Any]:
        if self.test_name == "test_image_inputs":
            return self.arguments(path="/v2.1/image", model="image")
        return super().chat_model_params

    @property
    def supports_image_inputs(self) -> bool:
        # No Spark model takes an image and tools together.
        return self.test_name != "test_anthropic_inputs"


class TestOverHTTP(Standard):
    transport = "http"
    override = "4.0Ultra"

    @property
    def supports_json_mode(self) -> bool:
        return True


class TestWithJSONSchema(TestOverHTTP):
    """Structured output again, with the other method."""

    @property
    def structured_output_kwargs(self) -> dict[str, Any]:
        return {"method": "json_schema"}
