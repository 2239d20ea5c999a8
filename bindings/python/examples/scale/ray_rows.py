"""Many questions with Ray Data: `python ray_rows.py QUESTIONS.jsonl ANSWERS.sqlite`.

Each line of QUESTIONS has an `id` and a `prompt`. ANSWERS gets a row for each id, as soon as its
answer arrives. You can run it again at any time: it only asks questions that have no answer yet.

Run `pip install "ray[data]" redis` in addition to this package. It runs on the machines of
RAY_ADDRESS, or on this one. Put credentials into the environment of Ray's nodes: Ray shows the
contents of `runtime_env`.
"""

import argparse
import os
from typing import Any

import pyarrow
import ray
import ray.data
from answer_file import AnswerFile, Row, outcome
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

from sparkchat import Spark
from sparkchat.limiters import FileLimiter, RedisLimiter


class Answers:
    """The file of answers; a single process writes it, wherever the workers are."""

    def __init__(self, path: str) -> None:
        self._file = AnswerFile(path)

    def without(self, rows: list[Row]) -> list[Row]:
        """Return the rows that have no answer yet."""
        return list(self._file.without(rows))

    def keep(self, row: Row) -> None:
        """Store the outcome of a question."""
        self._file.keep(row)

    def summary(self) -> str:
        """Return the numbers of answers, failures and tokens."""
        return self._file.summary()


class Asker:
    """A worker: it has a client, and asks the questions of a block, `at_once` concurrently."""

    def __init__(self, answers: Any, limit: str, rate: float, at_once: int) -> None:
        self._answers = answers
        self._at_once = at_once
        kind = RedisLimiter if "://" in limit else FileLimiter
        self._chat = Spark(limiter=kind(limit, max_rate=rate), total_timeout=300)

    def __call__(self, block: pyarrow.Table) -> dict[str, list[int]]:
        """Ask the questions that have no answer yet, and return how many there were.

        If the worker is killed, Ray gives the block to the next one.
        """
        rows = ray.get(self._answers.without.remote(block.to_pylist()))
        kept = []
        prompts = [row["prompt"] for row in rows]
        try:
            for index, answer in self._chat.batch_iter(prompts, max_concurrency=self._at_once):
                # Store it immediately: if the worker is killed, only running questions are lost.
                kept.append(self._answers.keep.remote(outcome(rows[index]["id"], answer)))
        finally:
            ray.get(kept)
        return {"asked": [len(rows)]}


def main() -> None:
    """Ask all questions that have no answer yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("questions")
    parser.add_argument("answers")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--at-once", type=int, default=16, help="questions at once of each worker")
    parser.add_argument(
        "--rate", type=float, default=50, help="questions per second of all workers"
    )
    parser.add_argument("--limit", default="/tmp/spark-limit", help="a path, or redis://HOST")
    parser.add_argument("--block", type=int, default=64, help="how many rows a worker takes")
    given = parser.parse_args()

    ray.init()
    # The file is on this machine.
    here = NodeAffinitySchedulingStrategy(ray.get_runtime_context().get_node_id(), soft=False)
    shared = ray.remote(num_cpus=0, max_restarts=-1, max_task_retries=-1, scheduling_strategy=here)(
        Answers
    )
    answers = shared.remote(os.path.abspath(given.answers))
    blocks = (
        ray.data.read_json(given.questions)
        .repartition(target_num_rows_per_block=given.block)
        .map_batches(
            Asker,
            fn_constructor_args=[answers, given.limit, given.rate, given.at_once],
            batch_size=None,
            batch_format="pyarrow",
            compute=ray.data.ActorPoolStrategy(size=given.workers),
            # A worker mostly waits for answers and needs little CPU time.
            num_cpus=0.1,
        )
    )
    asked = 0
    for block in blocks.iter_rows():
        asked += block["asked"]
        print(f"{asked} asked", flush=True)
    print(ray.get(answers.summary.remote()))


if __name__ == "__main__":
    main()
