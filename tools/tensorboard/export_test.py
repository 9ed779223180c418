"""The scalars of a training, and what the program refuses; read_back_test
shows the files."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from tools.tensorboard import scalars
from tools.training_run.training_run import Run

PROGRAM = os.path.abspath("tools/tensorboard/tensorboard")


class EventsTest(unittest.TestCase):
    def test_all_columns_over_env_steps(self):
        run = Run(
            folder=pathlib.Path("x"),
            flags={},
            metrics={
                "env_steps": [(1000, 1000), (2000, 2000)],
                "critic_loss": [(2000, 0.5)],
                "held_out_vaml_loss": [(1000, -3), (2000, 4)],
                "seconds": [(1000, 7.5), (2000, 12)],
            },
            evaluations=[(0, [1, 2, 6]), (1500, [8]), (2000, [9, 10])],
        )
        self.assertEqual(
            scalars.events(run),
            [
                (0, 0, {"evaluation/return": 3}),
                (
                    1000,
                    7.5,
                    {"held_out/vaml_loss": -3, "training/seconds": 7.5},
                ),
                (1500, 7.5, {"evaluation/return": 8}),
                (
                    2000,
                    12,
                    {
                        "training/critic_loss": 0.5,
                        "held_out/vaml_loss": 4,
                        "training/seconds": 12,
                        "evaluation/return": 9.5,
                    },
                ),
            ],
        )

    def test_nothing_yet(self):
        self.assertEqual(scalars.events(Run(pathlib.Path(), {}, {}, [])), [])


class ProgramTest(unittest.TestCase):
    def test_one_sentence(self):
        with tempfile.TemporaryDirectory() as folder:
            for name in ("run", "other/run", "empty", "broken"):
                path = pathlib.Path(folder, name)
                path.mkdir(parents=True)
                if name != "empty":
                    text = "env_steps,a\n" + "1\n" * (name == "broken")
                    (path / "metrics.csv").write_text(text, encoding="utf-8")
            for sentence, *arguments in (
                ("required: DIR",),
                ("there is no folder", "none"),
                ("empty has no metrics.csv", "empty"),
                ('metrics.csv:2: "1" is no row of 2', "run", "broken"),
                ("two DIR are called run", "run", "other/run/", "--logdir=a"),
                ("holds something else", "run", "--tensorboard_dir=."),
            ):
                with self.subTest(sentence):
                    result = subprocess.run(
                        [PROGRAM, *arguments],
                        env={**os.environ, "BUILD_WORKING_DIRECTORY": folder},
                        capture_output=True,
                        text=True,
                        check=False,
                    )
                    self.assertEqual(result.returncode, 1)
                    self.assertTrue(result.stderr.startswith("ERROR: "))
                    self.assertIn(sentence, result.stderr)
                    self.assertEqual(result.stderr.count("\n"), 1)


if __name__ == "__main__":
    unittest.main()
