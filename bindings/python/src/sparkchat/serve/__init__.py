"""An OpenAI-compatible server for the service's models. Needs the extra `serve`.

`sparkchat serve` runs it; `create_app` returns it as an ASGI application.
"""

from .app import create_app

__all__ = ["create_app"]
