"""The profile of a model, which LangChain reads before it makes requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..enums import Feature
from ..models import Model

if TYPE_CHECKING:
    from langchain_core.language_models import ModelProfile


def profile(model: Model) -> ModelProfile:
    """Return the profile from the library's table of models.

    Features on which public sources disagree count as supported: such a request is sent, with a
    warning in the log.
    """
    features = model.features | model.disputed
    found: ModelProfile = {
        "name": model.name,
        "text_inputs": True,
        "text_outputs": True,
        "image_inputs": Feature.IMAGES in features,
        "image_url_inputs": Feature.IMAGES in features and model.http is not None,
        "pdf_inputs": False,
        "audio_inputs": False,
        "video_inputs": False,
        "image_outputs": False,
        "audio_outputs": False,
        "video_outputs": False,
        "reasoning_output": Feature.REASONING in features,
        "tool_calling": Feature.TOOLS in features,
        "tool_choice": Feature.TOOLS in features,
    }
    if model.max_tokens is not None:
        found["max_output_tokens"] = model.max_tokens
    if model.context_tokens is not None:
        found["max_input_tokens"] = model.context_tokens
    return found
