"""The service's hosts over HTTP: their paths, keys and models.

A local server serves all of them. The `Host` header or the query names the host; if neither does,
every path of the service is available, with one password.
"""

from __future__ import annotations

from dataclasses import dataclass

from .errors import ServiceError
from .models import Form

V1, V2 = "/v1/chat/completions", "/v2/chat/completions"
X2_PATH, AGENT = "/x2/chat/completions", "/agent/v1/chat/completions"


@dataclass(frozen=True)
class Plan:
    """One host."""

    name: str
    paths: tuple[str, ...]
    # The host's name, the option that has its key, and whether `APIKey:APISecret` is accepted as
    # well.
    host: str = ""
    key: str = "api_password"
    takes_pair: bool = True
    # Whether it has the models of spark-api-open, and hosted models; which of them, if not all.
    open_models: bool = True
    hosted_models: bool = True
    seat: tuple[str, ...] = ()
    # Paths of WebSockets; None means all.
    sockets: tuple[str, ...] | None = None

    @property
    def behind_gateway(self) -> bool:
        """Return whether the hosted services' gateway, which has its own messages, is in front."""
        return not self.open_models

    def form(self, path: str) -> Form:
        """Return the form of errors that are raised before the model is known."""
        if self.open_models:
            return Form.OPEN
        return Form.HOSTED if path == V2 else Form.GATEWAY

    def has_socket(self, path: str) -> bool:
        """Return whether this host has a WebSocket path."""
        return self.sockets is None or path in self.sockets


ALL = Plan("all", (V1, V2, X2_PATH, AGENT))
OPEN = Plan("open", ALL.paths, "spark-api-open.xf-yun.com", hosted_models=False, sockets=())
MAAS = Plan(
    "maas",
    (V1, V2),
    "maas-api.cn-huabei-1.xf-yun.com",
    "maas_password",
    open_models=False,
    sockets=("/v1.1/chat",),
)
TOKEN = Plan(
    "token",
    (V2,),
    "maas-token-api.cn-huabei-1.xf-yun.com",
    "token_key",
    takes_pair=False,
    open_models=False,
    seat=("xsparkx2", "xsparkx2flash", "xopglm51", "xopqwen36"),
    sockets=(),
)
CODING = Plan(
    "coding",
    (V2,),
    "maas-coding-api.cn-huabei-1.xf-yun.com",
    "coding_key",
    takes_pair=False,
    open_models=False,
    seat=(
        "astron-code-latest",
        "xsparkx2",
        "xsparkx2flash",
        "xopglm51",
        "xopdeepseekv4pro",
        "xopkimik26",
    ),
    sockets=(),
)
PLANS = {plan.name: plan for plan in (ALL, OPEN, MAAS, TOKEN, CODING)}


def find_plan(host: str, named: str = "") -> Plan:
    """Return the plan that the query or else the `Host` header names; `ALL` if neither does."""
    if named:
        if named not in PLANS:
            raise ServiceError(10005, f"unknown plan: {named}; there are {', '.join(PLANS)}")
        return PLANS[named]
    name = host.rpartition(":")[0] or host
    return next((plan for plan in PLANS.values() if plan.host == name.lower()), ALL)
