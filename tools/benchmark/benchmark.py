"""How fast we are on this machine, and beside others.

    bazel run //tools/benchmark                # our own figures
    bazel run //tools/benchmark -- --peers     # JAX and PyTorch in the same run

All programs do the same computations, stay on the same cores and take turns
row by row; a ratio is that of two measurements one after the other.
"""

import contextlib
import json
import os
import pathlib
import sys
import tempfile
import time

from tools.benchmark import cores, peer_environment, report
from tools.benchmark.worker import Worker, WorkerError
from tools.command_line.command_line import Parser, from_users_folder
from tools.virtual_environment import virtual_environment

ENGINE = str(pathlib.Path(__file__).parent / "engine")
CORE_COUNTS = (1, 2)
PEERS_FOLDER = "~/.cache/cvaml/peers"


def parse(argv):
    parser = Parser(__doc__)
    parser.add_argument(
        "--peers",
        action="store_true",
        help="measures JAX and PyTorch, too; the first time installs them",
    )
    parser.add_argument(
        "--peers_dir",
        default=PEERS_FOLDER,
        help="where they are installed (default: %(default)s)",
    )
    parser.add_argument(
        "--rounds", type=int, default=5, help="measurements of each row"
    )
    parser.add_argument("--json", help="a file for all measurements")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="times single runs, to try the benchmark out",
    )
    arguments = parser.parse_args(argv)
    if arguments.rounds < 1:
        parser.error(f"--rounds={arguments.rounds} must be at least 1")
    arguments.peers_dir = from_users_folder(arguments.peers_dir)
    if arguments.json:
        arguments.json = from_users_folder(arguments.json)
        try:
            with open(arguments.json, "a", encoding="utf-8"):
                pass
        except OSError as error:
            parser.error(f"cannot write --json={arguments.json}: {error}")
    return arguments


def start_engine(arguments):
    return Worker("ours", [ENGINE] + ["--quick"] * arguments.quick)


def time_process():
    """A process from its start to the end of the first run of its program."""
    start = time.perf_counter()
    with Worker("ours", [ENGINE, "--first_run"]) as worker:
        loss = worker.hello()["loss"]
        seconds = time.perf_counter() - start
    return {"row": "process", "seconds": seconds, "check": [loss]}


def write_garnet(folder):
    """Our Garnet learners, for the peers to train the same ones."""
    command = [ENGINE, f"--write_garnet={folder}"]
    with Worker("ours", command) as worker:
        worker.wait()


def say(sentence):
    print(sentence, file=sys.stderr, flush=True)


class Run:
    """One run of the benchmark: all samples, and what went wrong."""

    def __init__(self, arguments):
        self.arguments = arguments
        self.samples = report.Samples()
        self.programs = {}
        self.peers = []
        self.problems = []

    def fail(self, error):
        self.problems.append(str(error))
        say(error)

    def install_peers(self):
        try:
            peer_environment.install(self.arguments.peers_dir)
            self.peers = list(peer_environment.PEERS)
        except (OSError, virtual_environment.InstallError) as error:
            self.fail(f"No peers: {error}")

    def give_up(self, name, error):
        """A peer that has failed is left out from then on."""
        if name == "ours":
            raise error
        self.peers.remove(name)
        self.fail(error)

    def measure(self, chosen, scratch):
        """All rows of all programs on the cores chosen."""
        os.sched_setaffinity(0, chosen)  # Programs started here inherit it.
        count = len(chosen)
        with contextlib.ExitStack() as stack:
            workers, rows = {}, {}
            for name in ["ours", *self.peers]:
                try:
                    worker = stack.enter_context(
                        self.start(name, count, scratch)
                    )
                    hello = worker.hello()
                except WorkerError as error:
                    self.give_up(name, error)
                    continue
                workers[name] = worker
                rows[name] = hello.pop("rows")
                self.programs[name] = hello
            for row in report.ASKED:
                say(f"  {count} core(s): {row}")
                # Often, so that some of it falls into moments of rest.
                self.ask(workers, "ours", report.PEAK, count, turn=0)
                for turn in range(self.arguments.rounds):
                    for name in list(workers):
                        if row in rows[name]:
                            self.ask(workers, name, row, count, turn)
        for turn in range(self.arguments.rounds):
            self.add("ours", time_process(), count, turn)
            if turn > 0:
                with start_engine(self.arguments) as worker:
                    worker.hello()
                    self.add_start("ours", worker.ask("mlp_128"), count, turn)

    def start(self, name, count, scratch):
        if name == "ours":
            return start_engine(self.arguments)
        return peer_environment.start(
            name,
            self.arguments.peers_dir,
            count,
            garnet=scratch,
            scratch=scratch,
            quick=self.arguments.quick,
        )

    def ask(self, workers, name, row, count, turn):
        try:
            answer = workers[name].ask(row)
        except WorkerError as error:
            self.give_up(name, error)
            workers.pop(name)
            return
        self.add(name, answer, count, turn)
        if row == "mlp_128" and turn == 0:
            self.add_start(name, answer, count, turn)

    def add(self, name, answer, count, turn):
        place = {"program": name, "cores": count, "round": turn}
        self.samples.add(place | answer)

    def add_start(self, name, answer, count, turn):
        """The first run in a process, as a row of its own."""
        start = answer | {"row": "start", "seconds": answer["first_run"]}
        self.add(name, start, count, turn)


def machine():
    """What /proc/cpuinfo calls the CPU."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return "unknown CPU"


def print_tables(run, core_counts):
    instructions = run.programs["ours"]["instructions"]
    print(f"{machine()}, {instructions} and FMA.")
    if core_counts == [1]:
        print("One core is allowed here: nothing is measured on 2.")
    print(f"Medians of {run.arguments.rounds} rounds (lowest-highest).")
    print("MLP: 4 layers of 512 with LayerNorm and Mish, forward and backward.")
    print("Garnet: exact cvaml_1_0, 50 states; one learner on each core.\n")
    print(report.ours_table(run.samples, core_counts))
    peers = [name for name in run.programs if name != "ours"]
    for count in core_counts if peers else ():
        names = ", ".join(run.programs[peer]["program"] for peer in peers)
        text, problems = report.peers_table(run.samples, peers, count)
        print(f"\nOn {count} core(s) beside {names}.")
        print("Ratios: how many times as fast we are. Peers train 40 Garnet")
        print("learners at once; the steps of each one count.\n")
        print(text)
        run.problems += problems
    if run.problems:
        print()
    for problem in run.problems:
        print(problem)


def write_figures(run, path):
    figures = {
        "cpu": machine(),
        "programs": run.programs,
        "problems": run.problems,
        "samples": run.samples.all,
    }
    with open(path, "w", encoding="utf-8") as file:
        json.dump(figures, file, indent=1)


def main(argv=None):
    arguments = parse(argv)
    allowed = cores.separate(os.sched_getaffinity(0))
    core_counts = [count for count in CORE_COUNTS if count <= len(allowed)]
    run = Run(arguments)
    if arguments.peers:
        run.install_peers()
    try:
        with tempfile.TemporaryDirectory() as scratch:
            if run.peers:
                write_garnet(scratch)
            for count in core_counts:
                run.measure(allowed[:count], scratch)
    except WorkerError as error:
        sys.exit(f"ERROR: {error}")
    print_tables(run, core_counts)
    if arguments.json:
        write_figures(run, arguments.json)


if __name__ == "__main__":
    main()
