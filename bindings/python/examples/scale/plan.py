"""Estimate how long a job takes, and how many tokens: `python plan.py ROWS [--rate 50] ...`.

It sends no questions. The figures are arithmetic; `--simulate` simulates the whole job, question by
question, and prints its results as well.
"""

import argparse
import heapq
import random
from dataclasses import dataclass

HOUR = 3600


@dataclass(frozen=True)
class Plan:
    """A job and its limits."""

    rows: int
    rate: float = 50
    """Questions per second that the service allows."""
    used: float = 0.95
    """The part of that rate that a limiter uses."""
    at_once: int = 500
    """How many questions may run at once, in all workers together."""
    seconds: float = 4
    """How long an answer takes, on average."""
    tokens: int = 700
    """Tokens of a question and its answer, on average."""
    lost: float = 0.0
    """Workers killed per hour, each with its running questions."""
    workers: int = 4

    @property
    def pace(self) -> float:
        """Questions per second: limited by the rate, or by the number at once."""
        return min(self.rate * self.used, self.at_once / self.seconds)

    @property
    def under_way(self) -> float:
        """How many questions run at once, on average."""
        return self.pace * self.seconds

    @property
    def asked(self) -> float:
        """Questions asked, including those asked again after a worker was killed."""
        an_hour = self.pace * HOUR
        again = self.lost * self.under_way / self.workers
        return self.rows * an_hour / (an_hour - again)

    @property
    def hours(self) -> float:
        """How long the job takes."""
        return self.asked / self.pace / HOUR

    def report(self) -> str:
        """Return the plan as text."""
        return (
            f"{self.pace:.1f} questions a second, {self.under_way:.0f} at once\n"
            f"{self.hours:.1f} hours, or {self.hours / 24:.1f} days\n"
            f"{self.asked * self.tokens / 1e6:,.0f} million tokens\n"
            f"{self.asked - self.rows:,.0f} questions asked again"
        )


def simulate(plan: Plan, seed: int = 1) -> tuple[float, int]:
    """Simulate the job. Return the hours, and how many questions were asked."""
    chance = random.Random(seed)
    interval = 1 / (plan.rate * plan.used)
    # For each running question: when it ends, its number, and its worker.
    running: list[tuple[float, int, int]] = []
    now, asked, left = 0.0, 0, plan.rows
    next_loss = chance.expovariate(plan.lost / HOUR) if plan.lost else float("inf")
    while left:
        now += interval
        while running and running[0][0] <= now:
            heapq.heappop(running)
        if len(running) >= plan.at_once:
            now = heapq.heappop(running)[0]
        if now >= next_loss:
            victim = chance.randrange(plan.workers)
            kept = [one for one in running if one[2] != victim]
            left += len(running) - len(kept)
            heapq.heapify(kept)
            running = kept
            next_loss += chance.expovariate(plan.lost / HOUR)
        asked += 1
        left -= 1
        takes = plan.seconds * chance.uniform(0.25, 1.75)
        heapq.heappush(running, (now + takes, asked, asked % plan.workers))
    return max(end for end, _, _ in running) / HOUR, asked


def main() -> None:
    """Print the plan."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int)
    parser.add_argument(
        "--rate", type=float, default=Plan.rate, help="questions per second of the account"
    )
    parser.add_argument(
        "--used", type=float, default=Plan.used, help="the part of the rate that is used"
    )
    parser.add_argument(
        "--at-once", type=int, default=Plan.at_once, help="questions at once, of all workers"
    )
    parser.add_argument("--seconds", type=float, default=Plan.seconds, help="seconds for an answer")
    parser.add_argument(
        "--tokens", type=int, default=Plan.tokens, help="tokens of a question and its answer"
    )
    parser.add_argument("--lost", type=float, default=Plan.lost, help="workers killed per hour")
    parser.add_argument("--workers", type=int, default=Plan.workers)
    parser.add_argument(
        "--simulate", action="store_true", help="takes a minute for ten million rows"
    )
    given = vars(parser.parse_args())
    is_simulated = given.pop("simulate")
    plan = Plan(**given)
    print(plan.report())
    if is_simulated:
        hours, asked = simulate(plan)
        print(f"simulated: {hours:.1f} hours, {asked - plan.rows:,} asked again")


if __name__ == "__main__":
    main()
