"""Testing programs that use SparkLLM, without an account and without a network.

`SparkService` is a local substitute for the service; pytest has it as the fixture `spark_service`.
`record` writes the service's answers to a file, and `replay` answers from it.

Needs the extra `testing`.
"""

from .recording import Recorder, record
from .replaying import Replay, replay
from .service import SparkService

__all__ = ["Recorder", "Replay", "SparkService", "record", "replay"]
