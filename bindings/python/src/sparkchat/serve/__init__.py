"""An OpenAI-compatible server for the service's models: needs the extra `serve`.

`sparkchat serve` runs it; `create_app` is the same as an ASGI application.
"""

from .app import create_app

__all__ = ["create_app"]
