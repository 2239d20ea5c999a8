"""The variables of the environment that stand for settings, as the library reads them."""

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
"""Where `Spark` looks; what comes first is taken."""

TEST_SERVICE = "SPARKCHAT_TEST_SERVICE"
"""What is asked in place of all hosts of the service's own."""
