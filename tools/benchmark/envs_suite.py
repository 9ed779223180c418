"""The suite `envs`: environments beside the calls of MuJoCo that they make."""

import contextlib
import os
import pathlib
import statistics

from tools.benchmark import cores, report
from tools.benchmark.worker import Worker, say

PROGRAM = str(pathlib.Path(__file__).parent / "environments")
# From some 100,000 to 2,000 steps a second.
ON_TWO_CORES = ("cheetah-run", "humanoid-walk", "dog-run")
MEMORY = "memory dog-run"
# A task misses its aim if both are missed.
LEAST_SHARE = 0.95
MOST_OVER = 1e-6  # s in a control step
MOST_BYTES = 10e6


class EnvsSuite:
    """One run of it: all samples."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.samples = report.Samples()
        self.tasks = []

    def measure(self, core_sets):
        for chosen in core_sets:
            os.sched_setaffinity(0, chosen)  # Programs started here inherit it.
            with contextlib.ExitStack() as stack:
                workers = [stack.enter_context(self.start()) for _ in chosen]
                for worker in workers:
                    self.tasks = worker.hello()["tasks"]
                if len(chosen) == 1:
                    self.measure_tasks(workers[0])
                else:
                    self.measure_two(workers)

    def start(self):
        return Worker("ours", [PROGRAM] + ["--quick"] * self.arguments.quick)

    def measure_tasks(self, worker):
        for row in [*self.tasks, MEMORY]:
            say(f"  1 core(s): {row}")
            for turn in range(self.arguments.rounds):
                self.add(worker.ask(row), 1, turn)

    def measure_two(self, workers):
        for task in ON_TWO_CORES:
            say(f"  2 core(s): {task}")
            for turn in range(self.arguments.rounds):
                self.add(ask_together(workers, task), 2, turn)
                for kind in ("threads", "pool"):
                    self.add(workers[0].ask(f"{kind} {task}"), 2, turn)

    def add(self, answer, count, turn):
        place = {"program": "ours", "cores": count, "round": turn}
        self.samples.add(place | answer)

    def print_tables(self, core_counts):
        print(f"{cores.machine()}.")
        print(f"Medians of {self.arguments.rounds} rounds (lowest-highest).\n")
        print("Control steps with random actions, and the calls of MuJoCo that")
        print("they are made of, on the same states in turn; a reset comes")
        print("once in 1000 steps. By time on the core.\n")
        print(task_table(self.samples, self.tasks))
        print(f"\nOne more dog: {memory(self.samples)}.")
        if core_counts == [1]:
            print("One core is allowed here: nothing is measured on 2.")
            return
        print("\nTwo environments on 2 cores, control steps of both in a")
        print("second; shares are of what two processes make. In step: each")
        print("waits for the other's step.\n")
        print(two_table(self.samples, ON_TWO_CORES))

    def figures(self):
        return {"samples": self.samples.all}


def ask_together(workers, task):
    """Seconds until one of several processes has made a control step."""
    row = f"alone {task}"
    for worker in workers:
        worker.begin(row)
    rate = sum(1 / worker.answer(row)["seconds"] for worker in workers)
    return {"row": f"processes {task}", "seconds": 1 / rate, "check": []}


def percent(shares):
    """The median, and (lowest-highest)."""
    median = f"{statistics.median(shares):.1%}"
    if len(shares) == 1:
        return median
    return f"{median} ({min(shares):.1%}-{max(shares):.1%})"


def task_table(samples, tasks):
    heading = ["", "steps/s", "us a step", "bare", "over it", "bare/ours"]
    rows = [heading + ["us a reset", ""]]
    for task in tasks:
        found = samples.find("ours", 1, task)
        ours, bare, over, reset = (
            statistics.median(map(value, found))
            for value in (
                lambda s: s["seconds"],
                lambda s: s["bare"],
                lambda s: s["seconds"] - s["bare"],
                lambda s: s["reset"],
            )
        )
        shares = [s["bare"] / s["seconds"] for s in found]
        missed = statistics.median(shares) < LEAST_SHARE and over > MOST_OVER
        rows.append(
            [task, report.number(1 / ours)]
            + [f"{1e6 * value:.2f}" for value in (ours, bare, over)]
            + [percent(shares), report.number(1e6 * reset)]
            + ["misses its aim" if missed else ""]
        )
    return report.table(rows)


def memory(samples):
    found = samples.find("ours", 1, MEMORY)
    size = statistics.median(s["bytes"] for s in found)
    seconds = statistics.median(s["seconds"] for s in found)
    text = f"{size / 1e6:.2f} MB, made in {1e3 * seconds:.1f} ms"
    return text + (", misses its aim" if size > MOST_BYTES else "")


def two_table(samples, tasks):
    rows = [["", "2 processes", "2 threads", "share", "in step", "share", ""]]
    for task in tasks:
        processes, threads, pool = (
            samples.find("ours", 2, f"{kind} {task}")
            for kind in ("processes", "threads", "pool")
        )
        cells = [task, report.number(rate(processes))]
        for found in (threads, pool):
            shares = report.ratios(found, processes)
            cells += [report.number(rate(found)), percent(shares)]
        share = statistics.median(report.ratios(threads, processes))
        cells.append("misses its aim" if share < LEAST_SHARE else "")
        rows.append(cells)
    return report.table(rows)


def rate(found):
    return 1 / statistics.median(s["seconds"] for s in found)
