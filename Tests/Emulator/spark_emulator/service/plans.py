"""The hosts that the service has over HTTP: what is there, whose keys it takes, what it grants.

A local server is all of them in one. The `Host` header or the query says which one is meant; where
neither does, every path of the service is there, with one password.
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
    # The host's name, and which option is its key; whether `APIKey:APISecret` is taken, too.
    host: str = ""
    key: str = "api_password"
    takes_pair: bool = True
    # Whether the models of spark-api-open are here, and hosted models; which of them, if not all.
    open_models: bool = True
    hosted_models: bool = True
    seat: tuple[str, ...] = ()
    # WebSockets; None for all that there are.
    sockets: tuple[str, ...] | None = None

    @property
    def behind_gateway(self) -> bool:
        """Say whether the gateway of the hosted services is in front, with words of its own."""
        return not self.open_models

    def form(self, path: str) -> Form:
        """Return how errors are written before it is known which model is asked."""
        if self.open_models:
            return Form.OPEN
        return Form.HOSTED if path == V2 else Form.GATEWAY

    def has_socket(self, path: str) -> bool:
        """Say whether a WebSocket path is on this host."""
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
    """Return the plan that the query names, or the `Host` header; all in one otherwise."""
    if named:
        if named not in PLANS:
            raise ServiceError(10005, f"unknown plan: {named}; there are {', '.join(PLANS)}")
        return PLANS[named]
    name = host.rpartition(":")[0] or host
    return next((plan for plan in PLANS.values() if plan.host == name.lower()), ALL)
