"""TensorBoard reads what the program has written.

Needs, or makes, a virtual environment with TensorBoard.
"""

import json
import os
import pathlib
import pwd
import subprocess
import tempfile
import unittest

PROGRAM = os.path.abspath("tools/tensorboard/tensorboard")
READER = os.path.abspath("tools/tensorboard/read_events.py")
HOME = pwd.getpwuid(os.getuid()).pw_dir
PYTHON = f"{HOME}/.cache/cvaml/tensorboard/bin/python"

METRICS = (
    "env_steps,episode_return,held_out_vaml_loss,seconds\n"
    "1000,12.5,,3\n"
    "2000,,-4.25,7.5\n"
    "3000,1"  # Torn.
)
EVAL = "env_steps,decisions,episode,return\n2000,1000,0,1\n2000,1000,1,4\n"


class ReadBackTest(unittest.TestCase):
    def setUp(self):
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.run_folder = self.folder / "run"
        self.run_folder.mkdir()
        self.write("metrics.csv", METRICS)
        self.write("eval.csv", EVAL)

    def write(self, name, text):
        (self.run_folder / name).write_text(text, encoding="utf-8")

    def export(self, *arguments):
        environment = {"HOME": HOME, "BUILD_WORKING_DIRECTORY": self.folder}
        return subprocess.run(
            [PROGRAM, *arguments],
            env={**os.environ, **environment},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        ).stdout

    def read(self, folder):
        result = subprocess.run(
            [PYTHON, "-I", READER, self.folder / folder],
            stdout=subprocess.PIPE,
            check=True,
        )
        return json.loads(result.stdout)

    def test_read_back(self):
        said = self.export("run")
        self.assertRegex(said, "bin/tensorboard --logdir=.*/run\n$")
        expected = {
            "training/episode_return": [[1000, 3, 12.5]],
            "held_out/vaml_loss": [[2000, 7.5, -4.25]],
            "training/seconds": [[1000, 3, 3], [2000, 7.5, 7.5]],
            "evaluation/return": [[2000, 7.5, 2.5]],
        }
        self.assertEqual(self.read("run/tensorboard"), expected)

        # Again, when there is more: instead of the first.
        self.write("metrics.csv", METRICS + "0,9,10\n")
        self.export("run")
        expected["training/episode_return"].append([3000, 10, 10])
        expected["held_out/vaml_loss"].append([3000, 10, 9])
        expected["training/seconds"].append([3000, 10, 10])
        self.assertEqual(self.read("run/tensorboard"), expected)

    def test_several(self):
        other = self.folder / "other"
        other.mkdir()
        (other / "metrics.csv").write_text("env_steps,a\n5,6\n")
        self.assertRegex(
            self.export("run", "other", "--logdir=logs"), "--logdir=.*/logs\n$"
        )
        self.assertEqual(self.read("logs/other"), {"training/a": [[5, 0, 6]]})
        self.assertEqual(len(self.read("logs/run")), 4)

    def test_what_cannot_be_written(self):
        (self.folder / "file").touch()
        result = subprocess.run(
            [PROGRAM, self.run_folder, f"--logdir={self.folder}/file"],
            env={**os.environ, "HOME": HOME},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(result.returncode, 1)
        self.assertRegex(
            result.stderr, "^ERROR: cannot write .*: Not a directory\n$"
        )


if __name__ == "__main__":
    unittest.main()
