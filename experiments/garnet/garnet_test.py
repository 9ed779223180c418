"""Runs the garnet program as a user does: bad input, interruption, bits."""

import os
import unittest

from experiments.finite import study_tests
from experiments.finite.study_tests import read


class GarnetTest(study_tests.StudyTests, unittest.TestCase):
    PROGRAM = os.path.abspath("experiments/garnet/garnet")
    SMALL = ["--states=12", "--successors=4"]
    FIGURES = ("value_error", "entropy")
    STATES = "--states=12"

    def test_dumps_the_programs(self):
        copy = self.copy_of_finished()
        result = self.run_study(copy, "--dump_graph")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(read(copy, "runs.csv"),
                         read(self.finished, "runs.csv"))
        for algorithm in ("mle", "cvaml_1_1"):
            for rank in (2, 3):
                name = f"graph_{algorithm}_rank_{rank}"
                text = read(copy, f"{name}.txt")
                self.assertRegex(
                    text, rf"us  %\d+ +matmul 'logits' .* \[12, 12\] .*"
                    r"learner\.cc:\d+")
                self.assertIn(f"[12, {rank}]", text)
                self.assertIn("digraph {", read(copy, f"{name}.dot"))
        self.assertNotIn("graph_mle_rank_2.txt", os.listdir(self.finished))

    def test_a_study_leaves_tables_and_figures(self):
        self.assertIn("temperature \\ rank", self.result.stdout)
        runs = read(self.finished, "runs.csv").splitlines()
        self.assertEqual(
            runs[0], "algorithm,temperature,rank,seed,value_error,"
            "model_based_error,loss,entropy,seconds")
        self.assertEqual(len(runs), 1 + 16)
        summary = read(self.finished, "summary.csv").splitlines()
        self.assertEqual(
            summary[0], "algorithm,temperature,rank,metric,seeds,mean,median,"
            "ci_low,ci_high")
        self.assertEqual(len(summary), 1 + 8 * 4)
        for name in self.FIGURES:
            with open(os.path.join(self.finished, f"{name}.png"), "rb") as file:
                self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n")
            self.assertIn("<svg", read(self.finished, f"{name}.svg"))

    def test_sampled_estimator(self):
        result = self.run_study(self.path("a"), "--estimator=sampled",
                                "--model_samples=2")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_garnets_values_out_of_range(self):
        self.assert_all_refused(
            ("--ranks=13", ["1 to --states=12"]),
            ("--successors=13", ["1 to --states=12"]),
            ("--successors=0", ["1 to --states=12"]),
            ("--states=1", ["from 2 to 5000"]),
            ("--states=100000", ["from 2 to 5000"]),
            ("--estimator=guess", ["sampled"]),
        )

    def test_cvaml_with_one_sample(self):
        result = self.run_study(self.path("a"), "--estimator=sampled",
                                "--model_samples=1")
        self.assert_refused(result, "--model_samples=1", "cvaml_1_1",
                            "at least 2")


if __name__ == "__main__":
    unittest.main()
