"""What is read of folders in all states that a run leaves them in."""

import math
import pathlib
import tempfile
import unittest

from tools.training_run import training_run

METRICS = (
    "env_steps,decisions,episode_return,critic_loss,seconds\n"
    "1000,500,12.5,,3\n"
    "2000,1000,,4.25,7\n"
    "3000,1500,20,nan,11.5\n"
)
EVAL = (
    "env_steps,decisions,episode,return\n"
    "0,0,0,1\n"
    "0,0,1,3\n"
    "2000,1000,0,100\n"
)


class TrainingRunTest(unittest.TestCase):
    def setUp(self):
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def read(self, **files):
        """`metrics="..."` is the text of metrics.csv."""
        for name, text in files.items():
            suffix = "flags" if name == "config" else "csv"
            path = self.folder / f"{name}.{suffix}"
            path.write_text(text, encoding="utf-8")
        return training_run.read_run(self.folder)

    def assert_refused(self, sentence, **files):
        with self.assertRaises(training_run.RecordError) as caught:
            self.read(**files)
        self.assertIn(sentence, str(caught.exception))

    def test_series(self):
        run = self.read(metrics=METRICS, eval=EVAL)
        self.assertEqual(
            run.metrics["episode_return"], [(1000, 12.5), (3000, 20)]
        )
        (first, second) = run.metrics["critic_loss"]
        self.assertEqual(first, (2000, 4.25))
        self.assertEqual(second[0], 3000)
        self.assertTrue(math.isnan(second[1]))
        self.assertEqual(run.metrics["seconds"][-1], (3000, 11.5))
        self.assertEqual(run.evaluations, [(0, [1, 3]), (2000, [100])])
        self.assertEqual(run.flags, {})
        self.assertFalse(run.is_empty())

    def test_flags(self):
        config = "# Every flag.\n--task=a-b\n--title=x=y\n--preset\n--z=\n"
        run = self.read(metrics=METRICS, config=config)
        self.assertEqual(run.flags, {"task": "a-b", "title": "x=y", "z": ""})

    def test_a_torn_last_line_does_not_count(self):
        # Also one with as many numbers as columns: the last may go on.
        for torn in ("4", "4000,2000,30,1.5", "4000,2000,30,1.5,1"):
            run = self.read(metrics=METRICS + torn, eval=EVAL + torn)
            self.assertEqual(run.metrics["decisions"][-1], (3000, 1500))
            self.assertEqual(run.evaluations[-1], (2000, [100]))

    def test_a_run_that_has_just_started(self):
        self.assert_refused("has no metrics.csv")
        for text in ("", "env_st", METRICS.split("\n", maxsplit=1)[0] + "\n"):
            self.assertTrue(self.read(metrics=text).is_empty())
        self.assertEqual(len(self.read(eval=EVAL).evaluations), 2)

    def test_what_is_broken(self):
        self.assert_refused(
            'metrics.csv:5: "4000,2000" is no row of 5 numbers',
            metrics=METRICS + "4000,2000\n5000,2500,1,1,1\n",
        )
        self.assert_refused(
            "metrics.csv:3:", metrics=METRICS.replace("4.25", "x")
        )
        self.assert_refused(
            "metrics.csv:2:", metrics=METRICS.replace("1000,500", ",500")
        )
        self.assert_refused(
            "metrics.csv:4: env_steps go back from 2000 to 1500",
            metrics=METRICS.replace("3000,", "1500,"),
        )
        self.assert_refused(
            "metrics.csv must have one column env_steps",
            metrics=METRICS.replace("env_steps", "steps"),
        )
        self.assert_refused(
            "eval.csv must have one column return",
            metrics=METRICS,
            eval="env_steps,decisions,episode\n",
        )

    def test_what_cannot_be_read(self):
        (self.folder / "metrics.csv").mkdir()
        self.assert_refused("metrics.csv: Is a directory")
        (self.folder / "metrics.csv").rmdir()
        (self.folder / "metrics.csv").write_bytes(b"\xff\xfe\n")
        self.assert_refused("metrics.csv is no text")
        self.folder = self.folder / "none"
        with self.assertRaisesRegex(
            training_run.RecordError, "there is no folder .*none$"
        ):
            training_run.read_run(self.folder)


if __name__ == "__main__":
    unittest.main()
