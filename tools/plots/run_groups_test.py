"""Groups of runs, their names and means."""

import pathlib
import unittest

import numpy as np

from tools.plots import run_groups
from tools.training_run.training_run import Run


def made_up_run(metrics=None, evaluations=(), **flags):
    return Run(pathlib.Path("x"), flags, metrics or {}, list(evaluations))


def cvaml(seed, **flags):
    defaults = {
        "algorithm": "cvaml",
        "model": "stochastic",
        "bootstrap_steps": "0",
        "seed": str(seed),
        "output_dir": f"results/{seed}",
    }
    return made_up_run(**{**defaults, **flags})


class GroupTest(unittest.TestCase):
    def names(self, *runs):
        """name -> seeds"""
        return {
            name: "".join(run.flags["seed"] for run in group)
            for name, group in run_groups.group(runs).items()
        }

    def test_seeds_are_one_group(self):
        self.assertEqual(self.names(cvaml(0), cvaml(1)), {"": "01"})

    def test_what_differs_is_the_name(self):
        self.assertEqual(
            self.names(
                cvaml(0),
                cvaml(1, model="deterministic"),
                cvaml(2),
                cvaml(3, algorithm="vaml"),
            ),
            {
                "cvaml, stochastic": "02",
                "cvaml, deterministic": "1",
                "vaml, stochastic": "3",
            },
        )

    def test_numbers_are_named(self):
        self.assertEqual(
            self.names(
                cvaml(0, learning_rate="0.0003", task="a-b"),
                cvaml(1, bootstrap_steps="1", task="c-d"),
                cvaml(2, sum_steps="true", learning_rate="0.1", task="a-b"),
                cvaml(3, sum_steps="false", learning_rate="0.1", task="a-b"),
            ),
            {
                "a-b, b = 0, learning rate 0.0003": "0",
                "c-d, b = 1": "1",
                "a-b, b = 0, learning rate 0.1, sum steps": "2",
                "a-b, b = 0, learning rate 0.1, no sum steps": "3",
            },
        )

    def test_td3_has_no_model(self):
        self.assertEqual(
            self.names(
                cvaml(0),
                cvaml(1, algorithm="td3", planner_samples="64"),
                cvaml(2, algorithm="td3", model="deterministic"),
            ),
            {"cvaml, stochastic": "0", "td3": "12"},
        )


class MeanCurveTest(unittest.TestCase):
    def mean(self, *curves, column="loss"):
        runs = [made_up_run({"loss": curve} if curve else {})
                for curve in curves]
        return run_groups.mean_curve(runs, column).tolist()

    def test_one_run_is_itself(self):
        self.assertEqual(
            self.mean([(0, 3), (2, 5)]), [[0, 2], [3, 5], [3, 5], [3, 5]]
        )

    def test_mean_and_range_as_far_as_all_have_come(self):
        self.assertEqual(
            self.mean(
                [(0, 0), (10, 10), (20, 20)],
                [(5, 1), (10, 2), (20, 2), (30, 9)],
                [],  # Has no such column.
            ),
            # At 5 the first is between two of its steps.
            [[5, 10, 20], [3, 6, 11], [1, 2, 2], [5, 10, 20]],
        )
        # No step in common.
        self.assertEqual(self.mean([(0, 0)], [(5, 1)]), [[], [], [], []])

    def test_what_is_not_finite_is_left_out(self):
        curve = [(0, 1), (1, float("nan")), (2, float("inf")), (3, 4)]
        self.assertEqual(self.mean(curve)[0], [0, 3])
        self.assertEqual(self.mean([(0, float("nan"))]), [[], [], [], []])

    def test_interval_of_many(self):
        curves = [[(0, seed), (1, 7)] for seed in range(5)]
        steps, mean, low, high = self.mean(*curves)
        self.assertEqual((steps, mean), ([0, 1], [2, 7]))
        # The normal one is 2 ± 1.96 √(2 / 5).
        np.testing.assert_allclose(low, [0.76, 7], atol=0.1)
        np.testing.assert_allclose(high, [3.24, 7], atol=0.1)
        # Four have a range.
        self.assertEqual(self.mean(*curves[:4])[2:], [[0, 7], [3, 7]])

    def test_evaluations(self):
        first = made_up_run(evaluations=[(0, [1, 2, 6]), (9, [4])])
        second = made_up_run(evaluations=[(0, [5]), (9, [10, 20])])
        column = run_groups.EVALUATION
        # Alone: the range of episodes.
        self.assertEqual(
            run_groups.mean_curve([first], column).tolist(),
            [[0, 9], [3, 4], [1, 4], [6, 4]],
        )
        self.assertEqual(
            run_groups.mean_curve([first, second], column).tolist(),
            [[0, 9], [4, 9.5], [3, 4], [5, 15]],
        )

    def test_bands_are_described(self):
        def text(*sizes):
            return run_groups.describe_bands(
                {str(i): [None] * size for i, size in enumerate(sizes)}
            )

        self.assertEqual(text(1), "bands: range of an evaluation's episodes")
        self.assertEqual(text(3, 2), "bands: range of the seeds")
        self.assertEqual(
            text(1, 4, 6),
            "bands: range of an evaluation's episodes, range of the seeds "
            "(from 2 on), 95% interval of the mean over seeds (from 5 on)",
        )


if __name__ == "__main__":
    unittest.main()
