"""Runs a training as a user does: its records, its files, going on."""

import csv
import fcntl
import os
import pty
import re
import struct
import subprocess
import termios
import unittest

import numpy

from experiments.train import small_training
from experiments.train.small_training import load, metrics, read, state, train


def numbers(folder, column):
    """A column of metrics.csv; None where the cell is empty."""
    rows = csv.DictReader(read(folder, "metrics.csv").splitlines())
    return [float(row[column]) if row[column] else None for row in rows]


class TrainTest(small_training.TrainingTest):

    def test_records(self):
        folder = self.path("a")
        result = self.train(folder)
        self.assertEqual(
            numbers(folder, "env_steps"), list(range(300, 3001, 300)))
        decisions = list(range(150, 1501, 150))
        self.assertEqual(numbers(folder, "decisions"), decisions)
        self.assertEqual(
            numbers(folder, "updates"), [n - 100 for n in decisions])
        # An episode is 1,000 env steps.
        self.assertEqual(
            numbers(folder, "episodes"), [0, 0, 0, 1, 1, 1, 2, 2, 2, 3])
        returns = numbers(folder, "episode_return")
        self.assertEqual([x is not None for x in returns],
                         [n in (3, 6, 9) for n in range(10)])
        _, metadata = load(small_training.checkpoints(folder)[0])
        self.assertEqual(float(metadata["last_return"]), returns[9])
        seconds = numbers(folder, "seconds")
        self.assertEqual(seconds, sorted(seconds))
        rows = list(csv.DictReader(read(folder, "eval.csv").splitlines()))
        self.assertEqual(
            [(row["env_steps"], row["decisions"], row["episode"])
             for row in rows],
            [(str(n), str(n // 2), "0") for n in (0, 1000, 2000, 3000)])
        self.assertRegex(
            result.stderr,
            r"3000 env steps; time of this start: [\d.]+% updates")
        self.assertEqual(
            re.findall(r"(\d+) env steps: return ([\d.]+), mean of 1 episode\n",
                       result.stderr),
            [(row["env_steps"], f"{float(row['return']):.1f}") for row in rows])
        self.assertIn(
            "3000 env steps; time of this start", read(folder, "log.txt"))

    def test_progress_fits_a_terminal(self):
        """Of 80 columns, with all that the line has to say."""
        master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("4H", 24, 80, 0, 0))
        with subprocess.Popen(
                small_training.command(self.path("a"),
                                       "--env_steps=1000000",
                                       "--eval_every=1000000"),
                stdout=subprocess.DEVNULL, stderr=slave) as process:
            os.close(slave)
            shown = b""
            # After an episode, and the second that the first guess takes.
            while not (found := re.search(
                    rb"\r([^\r\033]* left  return[^\r\033]*)\033", shown)):
                shown += os.read(master, 4096)
            process.kill()
        os.close(master)
        line = found[1].decode()
        self.assertRegex(
            line, r"^\d+/1000000 env steps, \d+%, [\d.]+ updates/s, "
            r"(\d+\w )?\d+\w left  return \d+, \d+ MB$")
        self.assertLess(len(line), 80)

    def test_intervals_are_means(self):
        # Rows of one decision each, and one row of them all.
        self.train(self.path("fine"), "--log_every=2", "--env_steps=400")
        self.train(self.path("coarse"), "--log_every=400", "--env_steps=400")
        for column in ("critic_loss", "vaml_loss", "model_gradient_norm"):
            fine = numbers(self.path("fine"), column)
            self.assertEqual(fine[:100], 100 * [None])
            (mean,) = numbers(self.path("coarse"), column)
            self.assertAlmostEqual(mean, numpy.mean(fine[100:]), delta=1e-12)

    def test_td3_has_no_model(self):
        self.train(self.path("a"), "--algorithm=td3", "--env_steps=300")
        (header, _) = metrics(self.path("a"))
        self.assertNotRegex(header, "model|vaml|auxiliary|entropy")
        self.assertIn("critic_loss", header)

    def test_nothing_held_out(self):
        self.train(self.path("a"), "--held_out=0", "--env_steps=600")
        self.assertEqual(
            numbers(self.path("a"), "held_out_reward_loss"), [None, None])

    def test_evaluations_change_nothing(self):
        often, seldom = self.path("often"), self.path("seldom")
        self.train(often, "--eval_every=500", "--eval_episodes=2")
        self.train(seldom, "--eval_every=3000")
        self.assertEqual(metrics(often), metrics(seldom))
        tensors, metadata = state(often)
        expected, expected_metadata = state(seldom)
        self.assert_same_tensors(tensors, expected, but=["evaluation_random"])
        self.assertEqual(metadata.pop("evaluations"), "7")
        self.assertEqual(expected_metadata.pop("evaluations"), "2")
        self.assertEqual(metadata, expected_metadata)

    def test_evaluation_is_that_of_its_number(self):
        # The agent, its seed and the number of the evaluation say it all: more
        # episodes come after the same first one.
        one, two = self.path("one"), self.path("two")
        self.train(one)
        self.train(two, "--eval_episodes=2")
        lines = read(two, "eval.csv").splitlines()
        self.assertEqual(len(lines), 1 + 8)
        self.assertEqual([line for line in lines if line.split(",")[2] != "1"],
                         read(one, "eval.csv").splitlines())

    def test_a_finished_training_is_not_repeated(self):
        folder = self.path("a")
        self.train(folder)
        before = state(folder)
        tables = [read(folder, name) for name in ("metrics.csv", "eval.csv")]
        for _ in range(2):
            result = self.train(folder)
            self.assertIn("going on after 3000 env steps", result.stderr)
            self.assertEqual(  # with the seconds
                tables, [read(folder, name) for name in
                         ("metrics.csv", "eval.csv")])
            self.assert_same_tensors(state(folder)[0], before[0])
            self.assert_tidy(folder)

    def test_a_finished_training_is_extended(self):
        parts, whole = self.path("parts"), self.path("whole")
        for steps in (1, 700, 2001):
            self.train(parts, f"--env_steps={steps}")
        self.train(parts)
        self.train(whole)
        self.assert_same_training(parts, whole)
        # A shorter one changes nothing.
        self.train(parts, "--env_steps=100")
        self.assert_same_training(parts, whole)

    def test_seeds_differ(self):
        self.train(self.path("a"), "--env_steps=600")
        self.train(self.path("b"), "--env_steps=600", "--seed=1")
        a, _ = state(self.path("a"))
        b, _ = state(self.path("b"))
        for name in ("replay observations", "replay actions",
                     "encoder/hidden0/weight", "update_random",
                     "acting_random"):
            self.assertNotEqual(a[name].tobytes(), b[name].tobytes(), name)
        self.assertEqual(a["replay end"].tobytes(), b["replay end"].tobytes())

    def test_replay_is_saved_as_it_grows(self):
        folder = self.path("a")
        self.train(folder, "--checkpoint_seconds=0", "--env_steps=600")
        _, metadata = load(small_training.checkpoints(folder)[0])
        self.assertGreater(len(small_training.segments(metadata)), 100)
        self.assert_tidy(folder)
        for name in small_training.segments(metadata):
            tensors, _ = load(self.path("a", "checkpoint", name))
            self.assertLessEqual(len(tensors["end"]), 2)

    def test_default_folder(self):
        result = subprocess.run(
            [small_training.TRAIN, *small_training.SMALL, "--env_steps=2",
             "--bootstrap_steps=1", "--seed=3"],
            capture_output=True, text=True, check=False, cwd=self.folder)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(
            os.listdir(self.path("results")),
            ["cartpole-swingup_laptop_cvaml_stochastic_b1_seed3"])

    def test_video(self):
        result = self.train(self.path("a"), "--video", "--env_steps=200")
        videos = os.listdir(self.path("a", "video"))
        self.assertEqual(len(videos), 1, result.stderr)
        self.assertGreater(
            os.path.getsize(self.path("a", "video", videos[0])), 1000)

    def test_what_may_change_between_starts(self):
        folder = self.path("a")
        self.train(folder, "--env_steps=200")
        for flag in ("--video", "--checkpoint_seconds=5", "--eval_every=50",
                     "--eval_episodes=2", "--threads=2"):
            self.train(folder, "--env_steps=200", flag)

    def test_no_ffmpeg_for_the_video(self):
        path, os.environ["PATH"] = os.environ["PATH"], "/nowhere"
        try:
            result = train(self.path("a"), "--video", "--env_steps=200")
        finally:
            os.environ["PATH"] = path
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("no video: ", result.stderr)
        self.assertEqual(len(metrics(self.path("a"))), 1)


if __name__ == "__main__":
    unittest.main()
