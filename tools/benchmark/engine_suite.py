"""The suite `engine`: ours beside the machine's peak, and beside peers."""

import contextlib
import os
import pathlib
import tempfile
import time

from tools.benchmark import cores, peer_environment, report
from tools.benchmark.worker import Worker, WorkerError, say
from tools.virtual_environment import virtual_environment

ENGINE = str(pathlib.Path(__file__).parent / "engine")


def start_engine(arguments):
    return Worker("ours", [ENGINE] + ["--quick"] * arguments.quick)


def time_process(flag):
    """A process from its start to the end of the first run of its program."""
    start = time.perf_counter()
    with Worker("ours", [ENGINE, flag]) as worker:
        loss = worker.hello()["loss"]
        seconds = time.perf_counter() - start
    return {"row": "process", "seconds": seconds, "check": [loss]}


def write_garnet(folder):
    """Our Garnet learners, for the peers to train the same ones."""
    command = [ENGINE, f"--write_garnet={folder}"]
    with Worker("ours", command) as worker:
        worker.wait()


class EngineSuite:
    """One run of it: all samples, and what went wrong."""

    rows = report.ROWS
    first_row = "mlp_128"  # whose first run counts as a start
    first_run = "--first_run"

    def __init__(self, arguments):
        self.arguments = arguments
        self.samples = report.Samples()
        self.programs = {}
        self.peers = []
        self.problems = []

    def measure(self, core_sets):
        """All rows on each of these sets of cores."""
        if self.arguments.peers:
            self.install_peers()
        with tempfile.TemporaryDirectory() as scratch:
            if self.peers:
                write_garnet(scratch)
            for chosen in core_sets:
                self.measure_on(chosen, scratch)

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

    def measure_on(self, chosen, scratch):
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
            for row in report.asked(self.rows):
                say(f"  {count} core(s): {row}")
                # Often, so that some of it falls into moments of rest.
                self.ask(workers, "ours", report.PEAK, count, turn=0)
                for turn in range(self.arguments.rounds):
                    for name in list(workers):
                        if row in rows[name]:
                            self.ask(workers, name, row, count, turn)
        for turn in range(self.arguments.rounds):
            self.add("ours", time_process(self.first_run), count, turn)
            if turn > 0:
                with start_engine(self.arguments) as worker:
                    worker.hello()
                    answer = worker.ask(self.first_row)
                    self.add_start("ours", answer, count, turn)

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
        if row == self.first_row and turn == 0:
            self.add_start(name, answer, count, turn)

    def add(self, name, answer, count, turn):
        place = {"program": name, "cores": count, "round": turn}
        self.samples.add(place | answer)

    def add_start(self, name, answer, count, turn):
        """The first run in a process, as a row of its own."""
        start = answer | {"row": "start", "seconds": answer["first_run"]}
        self.add(name, start, count, turn)

    def print_tables(self, core_counts):
        instructions = self.programs["ours"]["instructions"]
        print(f"{cores.machine()}, {instructions} and FMA.")
        if core_counts == [1]:
            print("One core is allowed here: nothing is measured on 2.")
        print(f"Medians of {self.arguments.rounds} rounds (lowest-highest).")
        print("MLP: 4 layers of 512 with LayerNorm and Mish, forward and")
        print("backward. Garnet: exact cvaml_1_0, 50 states; one learner on")
        print("each core.\n")
        print(report.ours_table(self.samples, core_counts))
        peers = [name for name in self.programs if name != "ours"]
        for count in core_counts if peers else ():
            names = ", ".join(self.programs[peer]["program"] for peer in peers)
            text, problems = report.peers_table(self.samples, peers, count)
            print(f"\nOn {count} core(s) beside {names}.")
            print("Ratios: how many times as fast we are. Peers train 40")
            print("Garnet learners at once; the steps of each one count.\n")
            print(text)
            self.problems += problems
        if self.problems:
            print()
        for problem in self.problems:
            print(problem)

    def figures(self):
        return {
            "programs": self.programs,
            "problems": self.problems,
            "samples": self.samples.all,
        }
