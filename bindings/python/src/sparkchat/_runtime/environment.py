"""The environment variables that the library reads settings from."""

from __future__ import annotations

VARIABLES = {
    "app_id": ("IFLYTEK_SPARK_APP_ID", "SPARKAI_APP_ID"),
    "api_key": ("IFLYTEK_SPARK_API_KEY", "SPARKAI_API_KEY"),
    "api_secret": ("IFLYTEK_SPARK_API_SECRET", "SPARKAI_API_SECRET"),
    "api_password": ("IFLYTEK_SPARK_API_PASSWORD",),
    "url": ("IFLYTEK_SPARK_API_URL", "SPARKAI_URL"),
    "domain": ("IFLYTEK_SPARK_LLM_DOMAIN", "SPARKAI_DOMAIN"),
    "embedding_url": ("IFLYTEK_SPARK_EMBEDDING_URL",),
}
"""The variables that `Spark` reads; the first one that is set counts."""

TEST_SERVICE = "SPARKCHAT_TEST_SERVICE"
"""Names the server that replaces all hosts of the service."""
