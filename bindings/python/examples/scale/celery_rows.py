"""Many questions with Celery: any number of workers, on any number of machines, and one limit.

    celery -A celery_rows worker --pool threads --concurrency 16       # on each machine
    python celery_rows.py QUESTIONS.jsonl ANSWERS.sqlite

Each line of QUESTIONS has an `id` and a `prompt`. ANSWERS gets a row for each id. You can run it
again at any time: it only asks questions that have no answer yet.

Run `pip install "celery[redis]"` in addition to this package. REDIS_URL is the broker, keeps the
results of tasks, and holds the limit of MAX_RATE questions per second.
"""

import os
import sys
from collections import deque
from typing import Any

from answer_file import AnswerFile, Row, outcome, read_rows
from celery import Celery
from celery.result import AsyncResult

from sparkchat import OverloadedError, QuotaError, RateLimitError, Spark
from sparkchat.limiters import RedisLimiter

REDIS = os.environ.get("REDIS_URL", "redis://localhost")
WINDOW = 1000
"""The most tasks in the queue: ten million would fill the broker."""

app = Celery("celery_rows", broker=REDIS, backend=REDIS)
app.conf.update(
    # For this long, the answer of a task that is sent twice is found.
    result_expires=3600,
    # A task stays in the queue until it is done: if a worker is killed, its task goes to another
    # worker, after `visibility_timeout` if the death is unnoticed. Every task must be over by then.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_transport_options={
        "visibility_timeout": float(os.environ.get("VISIBILITY_TIMEOUT", "900"))
    },
)
limiter = RedisLimiter(REDIS, max_rate=float(os.environ.get("MAX_RATE", "50")))
chat = Spark(limiter=limiter, total_timeout=300, queue_timeout=300)


@app.task(
    bind=True,
    autoretry_for=(RateLimitError, OverloadedError),
    retry_backoff=True,
    max_retries=10,
)
def ask(task: Any, prompt: str) -> Row:
    """Ask a question, unless this task has been done before."""
    earlier = app.AsyncResult(task.request.id)
    if earlier.successful():
        return earlier.result
    return outcome(task.request.id, chat.invoke(prompt))


def send(row: Row) -> AsyncResult:
    """Queue a question, or find its answer. The id of the row is the id of the task."""
    sent = app.AsyncResult(str(row["id"]))
    if sent.successful():
        return sent
    sent.forget()
    return ask.apply_async([row["prompt"]], task_id=sent.id)


def take(answers: AnswerFile, sent: AsyncResult) -> None:
    """Wait for the oldest task, and store its outcome."""
    came = sent.get(propagate=False)
    answers.keep(outcome(sent.id, came) if isinstance(came, BaseException) else came)
    if isinstance(came, QuotaError):
        sys.exit(f"the quota is used up for today: {came}")


def main() -> None:
    """Ask all questions that have no answer yet."""
    answers = AnswerFile(sys.argv[2])
    waiting: deque[AsyncResult] = deque()
    for row in answers.without(read_rows(sys.argv[1])):
        if len(waiting) == WINDOW:
            take(answers, waiting.popleft())
        waiting.append(send(row))
    while waiting:
        take(answers, waiting.popleft())
    print(answers.summary())


if __name__ == "__main__":
    main()
