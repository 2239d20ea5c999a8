"""The models on each path, their domains and features."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto

_K = 1024


class Family(Enum):
    """Models with the same rules for requests."""

    GENERAL = auto()
    X = auto()
    X25 = auto()
    HOSTED = auto()


class Form(Enum):
    """The form of answers and errors over HTTP."""

    # spark-api-open: resembles OpenAI's.
    OPEN = auto()
    # MaaS's older services: OpenAI's, with a usage of zeros before the last chunk.
    GATEWAY = auto()
    # MaaS, Token Plan and Coding Plan in 2026: middle chunks have neither usage nor role.
    HOSTED = auto()


@dataclass(frozen=True)
class Model:
    """One row of the service's table. An empty `domains` accepts any domain."""

    name: str
    domains: tuple[str, ...] = ()
    family: Family = Family.GENERAL
    form: Form = Form.OPEN
    context: int = 8 * _K
    max_output: int = 8 * _K
    max_temperature: float = 1.0
    zero_temperature: bool = False
    system: bool = True
    functions: bool = False
    references: bool = False
    reasoning: bool = False
    images: bool = False
    # Whether it calls a function if one is required.
    obeys: bool = True
    # MaaS connections stay open for further requests.
    stays_open: bool = False
    # Fine-tuned and image models leave header.status at 0, even on the final frame.
    header_status: bool = True


LITE = Model("Spark Lite", ("lite", "general"), max_output=4 * _K, system=False)
PRO = Model("Spark Pro", ("generalv3",), functions=True)
MAX = Model("Spark Max", ("generalv3.5", "generalv3.5tipre"), functions=True, references=True)
ULTRA = Model(
    "Spark 4.0 Ultra",
    ("4.0Ultra",),
    context=32 * _K,
    max_output=32 * _K,
    functions=True,
    references=True,
)
X1 = Model(
    "Spark X1",
    ("x1", "spark-x"),
    Family.X,
    context=64 * _K,
    max_output=65535,
    max_temperature=2.0,
    zero_temperature=True,
    functions=True,
    references=True,
    reasoning=True,
)
X2 = Model(
    "Spark X2",
    ("spark-x",),
    Family.X,
    context=192 * _K,
    max_output=131072,
    max_temperature=2.0,
    zero_temperature=True,
    functions=True,
    references=True,
    reasoning=True,
)
MAAS = Model(
    "MaaS",
    family=Family.HOSTED,
    form=Form.GATEWAY,
    context=32 * _K,
    max_output=32 * _K,
    zero_temperature=True,
    references=True,
    stays_open=True,
    header_status=False,
)
MAAS_REASONING = Model(
    "MaaS reasoning",
    family=Family.HOSTED,
    form=Form.GATEWAY,
    context=32 * _K,
    max_output=32 * _K,
    zero_temperature=True,
    references=True,
    reasoning=True,
    stays_open=True,
    header_status=False,
)

PRO_128K = Model(
    "Spark Pro-128K", ("pro-128k",), context=128 * _K, max_output=4 * _K, functions=True
)
MAX_32K = Model("Spark Max-32K", ("max-32k",), context=32 * _K, functions=True)

PATHS: dict[str, Model] = {
    "/v1.1/chat": LITE,
    "/v2.1/chat": Model("Spark V2.0", ("generalv2",)),
    "/v3.1/chat": PRO,
    "/chat/pro-128k": PRO_128K,
    "/v3.5/chat": MAX,
    "/chat/max-32k": MAX_32K,
    "/v4.0/chat": ULTRA,
    "/v1/x1": X1,
    "/v1/reasoner-x1-preview": X1,
    "/x2": X2,
    "/v1.1/chat_kjwx": Model("kjwx", ("kjwx",), max_output=4 * _K, system=False),
    "/v1.1/chat_multilang": Model("multilang", ("multilang",), system=False),
    "/v2.1/image": Model(
        "Image understanding", ("general", "imagev3", "image"), images=True, header_status=False
    ),
    "/v1/customize": Model("Customised knowledge", ("max",)),
    "/v1/chat": Model("Plug-in", ("plugin",)),
    "/v3.2/chat": Model("iFlyCode", ("iflycode.ge",)),
    "/v3.1/multimodal": PRO,
    "/v4.0/multimodal": ULTRA,
}
_ASSISTANT = re.compile(r"/v1/assistants/[^/]+")
_ASSISTANTS = Model("Assistant")

# Service ids of hosted models look like these. On the live service the host name distinguishes
# them from Spark Lite, which has the same path, but a local server has any name.
_HOSTED = re.compile(r"patch|x[a-z0-9]{4,}|astron-code-latest")
_THINKS = re.compile(r".*r1|xsparkx2flash")
_HOSTED_HOST = re.compile(r"(maas|xingchen)-", re.IGNORECASE)


def is_chat_path(path: str) -> bool:
    """Return whether this is a path of the chat service."""
    return path in PATHS or _ASSISTANT.fullmatch(path) is not None


def find_hosted(service_id: str) -> Model | None:
    """Return the hosted model of a service id; None if it does not look like one."""
    if not _HOSTED.fullmatch(service_id):
        return None
    return MAAS_REASONING if _THINKS.fullmatch(service_id) else MAAS


def find_model(path: str, domain: str, signed_host: str = "") -> Model | None:
    """Return the model of a path and a domain; None if the two do not match."""
    if _ASSISTANT.fullmatch(path):
        return _ASSISTANTS
    hosted = find_hosted(domain)
    if path == "/v1.1/chat" and (_HOSTED_HOST.match(signed_host) or hosted):
        return hosted or (MAAS_REASONING if _THINKS.fullmatch(domain) else MAAS)
    model = PATHS.get(path)
    if model is None or (model.domains and domain not in model.domains):
        return None
    return model
