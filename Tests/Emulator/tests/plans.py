"""The hosts of the service, and a function that asks one of them."""

from __future__ import annotations

from typing import Any

from http_client import V1, V2, HttpAnswer, HttpTarget

HOSTS = {
    "open": "spark-api-open.xf-yun.com",
    "maas": "maas-api.cn-huabei-1.xf-yun.com",
    "token": "maas-token-api.cn-huabei-1.xf-yun.com",
    "coding": "maas-coding-api.cn-huabei-1.xf-yun.com",
}
KEYS = {
    "open": "api_password",
    "maas": "maas_password",
    "token": "token_key",
    "coding": "coding_key",
}
MODEL = {"open": "generalv3.5", "maas": "xopglm51", "token": "xopglm51", "coding": "xopglm51"}


def ask_plan(http: HttpTarget, plan: str, *texts: Any, **more: Any) -> HttpAnswer:
    """Ask with the plan's key and model, under the plan's host name."""
    more = {"path": V1 if plan == "open" else V2, "model": MODEL[plan], **more}
    more.setdefault("bearer", http.target.ready[KEYS[plan]])
    return http.ask(*(texts or ("1+1",)), headers={"Host": HOSTS[plan]}, **more)
