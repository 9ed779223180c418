"""Our programs, and JAX's, on the same GPU; they take turns row by row."""

import contextlib
import tempfile

from tools.benchmark import peer_environment, report
from tools.benchmark.engine_suite import ENGINE
from tools.benchmark.worker import Worker, WorkerError, say

OURS, TF32, JAX = "ours", "ours, TF32", "JAX"
# The most that the GPU does: arithmetic and traffic.
PRODUCT, COPY = "product", "copy"
AGENT_ROWS = [
    f"{program}_{task}_{model}"
    for program in ("update", "planner")
    for task in ("humanoid", "dog")
    for model in ("deterministic", "stochastic")
]


def _start(name, peers_dir, scratch, quick):
    if name == JAX:
        return peer_environment.start_on_gpu(peers_dir, scratch, quick)
    command = [ENGINE, "--device=cuda"] + ["--tf32"] * (name == TF32)
    return Worker(name, command + ["--quick"] * quick)


def measure(results, names, arguments):
    """Adds what programs say of themselves to `programs` of the results, and to
    `samples` what they answer; `program` and `round` besides.

    Returns sentences about what went wrong; a program that has failed is left
    out from then on.
    """
    problems, samples = [], results["samples"]
    with contextlib.ExitStack() as stack:
        scratch = stack.enter_context(tempfile.TemporaryDirectory())
        workers = {}

        def give_up(name, error):
            workers.pop(name, None)
            problems.append(str(error))
            say(error)

        for name in names:
            try:
                worker = stack.enter_context(
                    _start(name, arguments.peers_dir, scratch, arguments.quick)
                )
                results["programs"][name] = worker.hello()
                workers[name] = worker
            except WorkerError as error:
                give_up(name, error)
        for row in [PRODUCT, COPY, *AGENT_ROWS]:
            say(f"  {row}")
            for turn in range(arguments.rounds):
                for name, worker in list(workers.items()):
                    try:
                        answer = worker.ask(row)
                    except WorkerError as error:
                        give_up(name, error)
                        continue
                    place = {"program": name, "round": turn}
                    samples.append(place | answer)
    return problems + list(_other_computations(samples))


def find(samples, program, row):
    """All samples of it."""
    return [s for s in samples if (s["program"], s["row"]) == (program, row)]


def are_same(ours, theirs):
    """Whether samples of two programs are of one computation."""
    return report.differences(ours[0], theirs[0]) <= report.CHECK_TOLERANCE


def _other_computations(samples):
    """JAX's rows must be ours: their first checks agree."""
    for row in [PRODUCT, COPY, *AGENT_ROWS]:
        ours, theirs = find(samples, OURS, row), find(samples, JAX, row)
        if ours and theirs and not are_same(ours, theirs):
            difference = report.differences(ours[0], theirs[0])
            yield f"JAX computes another {row} than we: off by {difference:.1e}"
