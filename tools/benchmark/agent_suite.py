"""The suite `agent`: updates and actions of the deep agent, and of peers."""

from tools.benchmark import cores, report
from tools.benchmark.engine_suite import EngineSuite


def _rows():
    yield "update, from the start of a process", "process", report.MILLISECONDS
    yield "fused multiply-add (peak: the highest)", report.PEAK, report.GFLOPS
    for program, kind in (
        ("update", report.UPDATES),
        ("planner", report.ACTIONS),
    ):
        for task in ("humanoid", "dog"):
            for model in ("deterministic", "stochastic"):
                row = f"{program}_{task}_{model}"
                for shown in (kind, report.GFLOPS, report.MEGABYTES):
                    yield f"{program}, {task}, {model}", row, shown


class AgentSuite(EngineSuite):
    """One run of it: all samples, and what went wrong."""

    rows = list(_rows())
    first_row = "update_dog_stochastic"
    first_run = "--first_update"

    def print_tables(self, core_counts):
        instructions = self.programs["ours"]["instructions"]
        print(f"{cores.machine()}, {instructions} and FMA.")
        if core_counts == [1]:
            print("One core is allowed here: nothing is measured on 2.")
        print(f"Medians of {self.arguments.rounds} rounds (lowest-highest).")
        print("The agent of the paper: width 512, batch 128, 4 samples of a")
        print("stochastic model; 6 x 512 candidates an action. GFLOP/s of its")
        print("matrix products; memory of the program and all state.\n")
        print(report.ours_table(self.samples, core_counts, self.rows))
        peers = [name for name in self.programs if name != "ours"]
        shown = [
            (label, row, kind)
            for label, row, kind in self.rows
            if kind in (report.UPDATES, report.ACTIONS)
        ]
        for count in core_counts if peers else ():
            names = ", ".join(self.programs[peer]["program"] for peer in peers)
            text, problems = report.peers_table(
                self.samples, peers, count, shown
            )
            print(f"\nOn {count} core(s) beside {names}.")
            print("Ratios: how many times as fast we are.\n")
            print(text)
            self.problems += problems
        if self.problems:
            print()
        for problem in self.problems:
            print(problem)
