"""A training that is ended at any moment goes on as if it had not been."""

import os
import random
import re
import signal
import subprocess
import time
import unittest

from experiments.train import small_training
from experiments.train.small_training import TRAIN, command

# A checkpoint after every decision, as often as kills should meet one; and
# some that leave hundreds of decisions to do again.
OFTEN = "--checkpoint_seconds=0"
SELDOM = "--checkpoint_seconds=0.04"


def recorded_decisions(folder):
    """Of the newest checkpoint."""
    if not os.path.exists(os.path.join(folder, "checkpoint")):
        return 0
    for path in small_training.checkpoints(folder):
        return int(re.search(r"decision_(\d+)", path)[1])
    return 0


class ResumeTest(small_training.TrainingTest):

    def start(self, folder, *flags):
        return subprocess.Popen(
            command(folder, *flags),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )

    def end(self, process, how):
        """Returns whether the signal met the process alive."""
        process.send_signal(how)
        _, error = process.communicate()
        if process.returncode == 0:
            return False
        if how != signal.SIGKILL and process.returncode == 130:
            self.assertRegex(
                error.splitlines()[-1],
                r"^stopped after \d+ of 3000 env steps; the same command goes "
                "on from here$",
            )
        else:
            # A Ctrl-C before the training listens for it, or after, kills.
            self.assertEqual(process.returncode, -how, error)
        return True

    def wait_for_beginning(self, process, folder):
        """Until the training has said that it begins, or has ended."""
        log = os.path.join(folder, "log.txt")
        size = os.path.getsize(log) if os.path.exists(log) else 0
        while process.poll() is None and not (
                os.path.exists(log) and os.path.getsize(log) > size):
            time.sleep(0.001)

    def interrupt_often(self, folder, ends, every, *flags, seed):
        """Ends the training at random moments, then lets it finish.

        Returns how often the decisions on record had grown.
        """
        moments = random.Random(seed)
        grown, decisions = 0, 0
        for i, how in enumerate(ends):
            process = self.start(folder, every, *flags)
            if i % 4 > 0:
                self.wait_for_beginning(process, folder)
            time.sleep(moments.uniform(0, 0.12))
            met = self.end(process, how)
            before, decisions = decisions, recorded_decisions(folder)
            self.assertGreaterEqual(decisions, before)
            grown += decisions > before
            if not met:
                break
        self.train(folder, *flags)
        return grown

    def check(self, name, ends, *flags, every, capacity=1_000_000):
        whole, parts = self.path(f"{name}_whole"), self.path(f"{name}_parts")
        self.train(whole, *flags)
        grown = self.interrupt_often(parts, ends, every, *flags, seed=name)
        self.assertGreater(grown, 0)
        self.assert_same_training(parts, whole, capacity)
        self.assert_tidy(parts)

    def test_kill_9(self):
        self.check("often", [signal.SIGKILL] * 8, every=OFTEN)
        self.check("seldom", [signal.SIGKILL] * 8, every=SELDOM)

    def test_ctrl_c(self):
        self.check("a", [signal.SIGINT] * 6, every="--checkpoint_seconds=100")

    def test_both(self):
        ends = [signal.SIGKILL, signal.SIGINT, signal.SIGTERM] * 2
        self.check("a", ends, "--seed=4294967295", every=SELDOM)

    def test_td3(self):
        self.check("a", [signal.SIGKILL, signal.SIGINT] * 3,
                   "--algorithm=td3", every=SELDOM)

    def test_bootstrap_and_deterministic(self):
        ends = [signal.SIGKILL, signal.SIGINT] * 3
        self.check("b1", ends, "--bootstrap_steps=1", every=SELDOM)
        self.check("deterministic", ends, "--model=deterministic",
                   "--model_samples=1", "--rollout_steps=2", every=SELDOM)

    def test_other_ratios_of_updates(self):
        self.check("a", [signal.SIGKILL, signal.SIGINT] * 3,
                   "--updates_per_decision=1.7", "--slow_model",
                   "--acting=policy", "--held_out=0", every=SELDOM)

    def test_the_ring_wraps(self):
        # 1,503 rows in all: the beginning is forgotten again and again.
        self.check("a", [signal.SIGKILL, signal.SIGINT] * 4,
                   "--replay_capacity=200", every=SELDOM, capacity=200)
        tensors, metadata = small_training.state(self.path("a_parts"))
        self.assertEqual(metadata["rows"], "1503")
        self.assertLess(len(tensors["replay end"]), 1503)
        self.assertGreaterEqual(len(tensors["replay end"]), 200)

    def test_right_after_the_start(self):
        self.train(self.path("whole"))
        for i in range(12):
            process = self.start(self.path("parts"), OFTEN)
            time.sleep(0.003 * i)
            self.assertTrue(self.end(process, signal.SIGKILL))
        self.train(self.path("parts"))
        self.assert_same_training(self.path("parts"), self.path("whole"))

    def test_threads(self):
        self.train(self.path("one"), "--threads=1")
        self.train(self.path("two"), "--threads=2")
        self.assert_same_training(self.path("two"), self.path("one"))

    def test_same_bits_from_its_config(self):
        self.train(self.path("a"), "--seed=7")
        result = subprocess.run(
            [TRAIN, f"--flagfile={self.path('a', 'config.flags')}",
             f"--output_dir={self.path('b')}"],
            capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_same_training(self.path("b"), self.path("a"))


if __name__ == "__main__":
    unittest.main()
