"""Runs the cliffwalk program as a user does: bad input, interruption, bits."""

import csv
import os
import unittest

from experiments.finite import study_tests
from experiments.finite.study_tests import read

STATES = 22


class CliffwalkTest(study_tests.StudyTests, unittest.TestCase):
    PROGRAM = os.path.abspath("experiments/cliffwalk/cliffwalk")
    SMALL = ["--iterations=2"]
    FIGURES = ("start_value", "policies")
    STATES = "22, the states"

    def table(self, name):
        with open(os.path.join(self.finished, name), newline="",
                  encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def test_dumps_the_programs(self):
        copy = self.copy_of_finished()
        result = self.run_study(copy, "--dump_graph")
        self.assertEqual(result.returncode, 0, result.stderr)
        for algorithm in ("mle", "cvaml_1_1"):
            text = read(copy, f"graph_{algorithm}_rank_3.txt")
            self.assertRegex(text, r"matmul 'logits' .* \[88, 22\] ")
            self.assertIn("[88, 3]", text)
            self.assertIn("'policy'", text)

    def test_runs(self):
        runs = self.table("runs.csv")
        self.assertEqual(len(runs), 16)
        self.assertEqual(
            list(runs[0]),
            ["algorithm", "temperature", "rank", "seed", "start_value_0",
             "start_value_1", "start_value_2", "value_error", "entropy"] +
            [f"action_{i}" for i in range(STATES)] +
            [f"value_{i}" for i in range(STATES)] + ["seconds"])
        for run in runs:
            for state in range(STATES):
                self.assertIn(run[f"action_{state}"], ("0", "1", "2", "3"))

    def test_summary(self):
        summary = self.table("summary.csv")
        runs = self.table("runs.csv")
        at = {(row["algorithm"], row["temperature"], row["rank"],
               row["iteration"], row["metric"]): row for row in summary}
        # Four settings: of two algorithms and the optimal policy at each of 0
        # to 2 iterations, and two metrics of the algorithms at the end.
        self.assertEqual(len(at), 4 * (3 * 3 + 2 * 2))
        self.assertEqual(len(summary), len(at))
        for name, column, iteration in (
                ("start_value", "start_value_0", "0"),
                ("start_value", "start_value_2", "2"),
                ("value_error", "value_error", "2"),
                ("entropy", "entropy", "2")):
            row = at["cvaml_1_1", "0.3", "3", iteration, name]
            values = [float(run[column]) for run in runs
                      if (run["algorithm"], run["temperature"], run["rank"])
                      == ("cvaml_1_1", "0.3", "3")]
            self.assertEqual(row["seeds"], "2")
            self.assertAlmostEqual(float(row["mean"]), sum(values) / 2)
        for (_, temperature, rank, iteration, metric), row in at.items():
            if metric != "start_value":
                continue
            optimal = at["optimal", temperature, rank, iteration, metric]
            self.assertLessEqual(float(row["mean"]),
                                 float(optimal["mean"]) + 1e-9)

    def test_policies(self):
        cells = self.table("policies.csv")
        self.assertEqual([cell["policy"] for cell in cells],
                         ["optimal"] * 25 + ["mle"] * 25 + ["cvaml_1_1"] * 25)
        (run,) = [run for run in self.table("runs.csv")
                  if (run["algorithm"], run["temperature"], run["rank"],
                      run["seed"]) == ("mle", "0.3", "2", "0")]
        names = ("up", "right", "down", "left")
        state = 0
        places = set()
        for cell in cells[25:50]:
            row, column = int(cell["row"]), int(cell["column"])
            places.add((row, column))
            on_cliff = row == 4 and 0 < column < 4
            self.assertEqual(cell["kind"] == "cliff", on_cliff)
            self.assertEqual(cell["start_value"], run["start_value_2"])
            if on_cliff:
                continue
            self.assertEqual(cell["value"], run[f"value_{state}"])
            self.assertEqual(cell["action"],
                             names[int(run[f"action_{state}"])])
            state += 1
        self.assertEqual(len(places), 25)

    def test_the_picture_may_be_another(self):
        copy = self.copy_of_finished()
        result = self.run_study(copy, "--picture_temperature=1",
                                "--picture_rank=3", "--figures")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotEqual(read(copy, "policies.csv"),
                            read(self.finished, "policies.csv"))
        self.assertIn("temperature 1, rank 3, seed 0 -->",
                      read(copy, "policies.svg"))

    def test_prints_the_final_values(self):
        output = self.result.stdout
        self.assertRegex(
            output, r"temperature  rank  optimal +mle +cvaml_1_1\n")
        row = next(row for row in self.table("summary.csv")
                   if row["algorithm"] == "mle" and row["iteration"] == "2"
                   and row["temperature"] == "1" and row["rank"] == "3")
        (line,) = [line.split() for line in output.splitlines()
                   if line.split()[:2] == ["1", "3"]]
        self.assertEqual(line[3], f"{float(row['mean']):.4g}")

    def test_cliffwalks_values_out_of_range(self):
        self.assert_all_refused(
            ("--iterations=0", ["from 1 to 1000"]),
            ("--iterations=1001", ["from 1 to 1000"]),
            ("--reward_scale=0", ["positive"]),
            ("--picture_temperature=2", ["one of --temperatures"]),
            ("--picture_rank=5", ["one of --ranks"]),
        )


if __name__ == "__main__":
    unittest.main()
