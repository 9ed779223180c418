"""What can go wrong with a training: one sentence each, and nothing lost."""

import os
import re
import resource
import shutil
import signal
import subprocess
import tempfile
import time
import unittest
import zlib

from experiments.train import small_training
from experiments.train.small_training import checkpoints, load, read, train


def write(path, contents):
    with open(path, "wb") as file:
        file.write(contents)


def contents_of(path):
    with open(path, "rb") as file:
        return file.read()


def flip_a_bit(path):
    """In the middle of the file."""
    contents = bytearray(contents_of(path))
    contents[len(contents) // 2] ^= 4
    write(path, contents)


def cut(path):
    write(path, contents_of(path)[:-100])


def replace_in_header(path, old, new):
    """As if it had been written so: with the right checksum."""
    assert len(old) == len(new)
    contents = contents_of(path)
    assert contents.count(old) == 1
    contents = contents.replace(old, new)
    digits = re.search(b'"checksum":"crc32 (.{8})"', contents)
    others = contents[: digits.start(1)] + contents[digits.end(1) :]
    write(path, contents[: digits.start(1)]
          + f"{zlib.crc32(others):08x}".encode() + contents[digits.end(1) :])


def everything(folder):
    """Contents by path, but of what each start writes."""
    files = {}
    for path, _, names in os.walk(folder):
        for name in names:
            if name not in ("log.txt", "config.flags"):
                files[os.path.join(path, name)] = contents_of(
                    os.path.join(path, name))
    return files


class TroubleTest(small_training.TrainingTest):

    @classmethod
    def setUpClass(cls):
        """A training in two parts: of 1,000 env steps, and of 3,000."""
        super().setUpClass()
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.finished = os.path.join(folder.name, "finished")
        cls.results = [train(cls.finished, "--env_steps=1000"),
                       train(cls.finished, "--checkpoint_seconds=100")]

    def setUp(self):
        super().setUp()
        for result in self.results:
            self.assertEqual(result.returncode, 0, result.stderr)

    def test_two_checkpoints(self):
        # What the others build on.
        newest, older = checkpoints(self.finished)
        self.assertRegex(newest, "decision_000001500.safetensors$")
        self.assertRegex(older, "decision_000000500.safetensors$")
        self.assertEqual(load(newest)[1]["replay"], "0-501 501-1503")
        self.assertEqual(load(older)[1]["replay"], "0-501")

    def test_other_settings(self):
        for flag, was in (("--task=reacher-easy", "--task=cartpole-swingup"),
                          ("--algorithm=vaml", "--algorithm=cvaml"),
                          ("--seed=1", "--seed=0"),
                          ("--network_width=32", "--network_width=16"),
                          ("--log_every=100", "--log_every=300"),
                          ("--replay_capacity=5000",
                           "--replay_capacity=1000000")):
            before = everything(self.finished)
            self.assert_refused(
                train(self.finished, flag), flag, was, "--output_dir")
            self.assertEqual(everything(self.finished), before)

    def check_falls_back(self, damage, path, word):
        """What is broken is told, and all is as it was in the end."""
        copy = self.copy(self.finished)
        damage(os.path.join(copy, "checkpoint", path))
        result = self.train(copy)
        told = [line for line in result.stderr.splitlines()
                if "going on from the checkpoint before it" in line]
        self.assertEqual(len(told), 1, result.stderr)
        self.assertIn(os.path.join(copy, "checkpoint", path), told[0])
        self.assertIn(word, told[0])
        self.assertIn("going on after 1000 env steps", result.stderr)
        self.assertIn(told[0], read(copy, "log.txt"))
        self.assert_same_training(copy, self.finished)
        self.assert_tidy(copy)
        shutil.rmtree(copy)

    def test_damaged_checkpoint(self):
        name = "decision_000001500.safetensors"
        self.check_falls_back(flip_a_bit, name, "damaged")
        self.check_falls_back(cut, name, "cut short")
        self.check_falls_back(lambda path: write(path, b""), name, "is ")
        self.check_falls_back(
            lambda path: replace_in_header(path, b"501-1503", b"501+1503"),
            name, "segments")

    def test_damaged_segment(self):
        name = "replay_000000501_000001503.safetensors"
        self.check_falls_back(flip_a_bit, name, "damaged")
        self.check_falls_back(cut, name, "cut short")
        self.check_falls_back(os.remove, name, "No such file")

    def assert_kept(self, folder, *words):
        """Refused, twice the same, with all files as they were."""
        before = everything(folder)
        for _ in range(2):
            self.assert_refused(train(folder), *words)
            self.assertEqual(everything(folder), before)

    def test_all_damaged(self):
        copy = self.copy(self.finished)
        newest, older = checkpoints(copy)
        flip_a_bit(newest)
        cut(older)
        self.assert_kept(copy, newest, "damaged", older, "cut short",
                         "--output_dir")

    def test_the_first_segment_damaged(self):
        copy = self.copy(self.finished)
        name = "replay_000000000_000000501.safetensors"
        os.remove(os.path.join(copy, "checkpoint", name))
        self.assert_kept(copy, name, "--output_dir")

    def test_another_version(self):
        copy = self.copy(self.finished)
        replace_in_header(
            checkpoints(copy)[0], b"cvaml training 1", b"cvaml training 2")
        self.assert_kept(copy, checkpoints(copy)[0], '"cvaml training 2"',
                         '"cvaml training 1"', "version", "another folder")

    def test_another_arithmetic_is_said(self):
        folder = self.path("avx2")
        start = (folder, "--isa=avx2", "--env_steps=600")
        self.train(*start)
        self.assertNotIn("rounds otherwise", self.train(*start).stderr)
        replace_in_header(checkpoints(folder)[0], b"avx2", b"avx9")
        self.assertIn("\ncomputed with avx9 so far and with avx2 from here on, "
                      "which rounds otherwise (--isa, --device)\n",
                      self.train(*start).stderr)

    def test_tables_that_do_not_fit(self):
        for name in ("metrics.csv", "eval.csv"):
            copy = self.copy(self.finished)
            path = os.path.join(copy, name)
            contents = contents_of(path)
            cut(path)
            self.assert_kept(copy, path, "checkpoint", "--output_dir")
            write(path, contents.replace(b"decisions", b"decusions", 1))
            self.assert_kept(copy, path, "checkpoint", "--output_dir")
            os.remove(path)
            self.assert_kept(copy, path, "No such file")
            # Lines after the checkpoint are those of a killed training.
            write(path, contents + b"1,2")
            self.train(copy)
            self.assertEqual(contents_of(path), contents)
            shutil.rmtree(copy)

    def test_results_without_a_checkpoint(self):
        copy = self.copy(self.finished)
        shutil.rmtree(os.path.join(copy, "checkpoint"))
        self.assert_kept(copy, "metrics.csv", "no checkpoint",
                         "--output_dir")

    def test_checkpoints_without_a_config(self):
        copy = self.copy(self.finished)
        os.remove(os.path.join(copy, "config.flags"))
        self.assert_kept(copy, "config.flags", "--output_dir")

    def test_one_process_at_a_time(self):
        folder = self.path("a")
        with subprocess.Popen(
                small_training.command(folder, "--env_steps=1000000000",
                                       "--checkpoint_seconds=0"),
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as first:
            checkpoint = self.path("a", "checkpoint")
            while not os.path.exists(checkpoint) or len(
                    checkpoints(folder)) < 2:
                time.sleep(0.01)
                self.assertIsNone(first.poll())
            self.assert_refused(train(folder, "--env_steps=1000000000"),
                                "another process is writing to " + folder)
            self.assertIsNone(first.poll())
            first.send_signal(signal.SIGINT)
            first.wait()
        self.assertEqual(first.returncode, 130)

    def test_unwritable_output(self):
        write(self.path("file"), b"in the way")
        self.assert_refused(train(self.path("file", "a")),
                            self.path("file", "a"), "--output_dir")
        self.assertEqual(read(self.folder, "file"), "in the way")
        os.mkdir(self.path("a"))
        write(self.path("a", "checkpoint"), b"in the way")
        result = train(self.path("a"))
        self.assert_refused(result, self.path("a"))

    @unittest.skipIf("TSAN_OPTIONS" in os.environ,
                     "ThreadSanitizer cannot run with a limit on file sizes")
    def test_full_disk(self):
        tiny = ("--network_width=8", "--latent_size=8", "--critic_bins=5")
        for limit, name, flags in (
                (10_000, "decision_000000000.safetensors", tiny),
                (80_000, "replay_000000000_000003006.safetensors",
                 (*tiny, "--env_steps=6000")),
                (300_000, "metrics.csv", ("--log_every=2",))):
            with self.subTest(name):
                limited, free = self.path(f"{limit}"), self.path(f"{limit}f")
                flags = ("--checkpoint_seconds=100", *flags)
                self.assert_refused(train(limited, *flags, file_size=limit),
                                    name, "too large", "again")
                self.train(limited, *flags)
                self.train(free, *flags)
                self.assert_same_training(limited, free)

    def test_divergence(self):
        folder = self.path("a")
        flags = ("--learning_rate=1e6", "--checkpoint_seconds=0")
        first = train(folder, *flags)
        self.assert_refused(first, " is ", "in update", "diverged",
                            "learning rate")
        self.assertRegex(first.stderr,
                         r"; the checkpoint of 2\d\d env steps is kept\n$")
        self.assertIn(first.stderr.splitlines()[-1].removeprefix("ERROR: "),
                      read(folder, "log.txt"))
        # From the last checkpoint it diverges again, in the same way.
        again = train(folder, *flags)
        self.assertEqual(again.stderr.splitlines()[-1],
                         first.stderr.splitlines()[-1])
        self.assertIn("going on after", again.stderr)

    def test_physics_that_explodes(self):
        """Ends the episode, is told, and learns on."""
        models = self.path("models")
        shutil.copytree("../dm_control/dm_control/suite", models)
        path = os.path.join(models, "cartpole.xml")
        os.chmod(path, 0o644)
        contents = contents_of(path)
        self.assertEqual(contents.count(b'gear="10"'), 1)
        write(path, contents.replace(b'gear="10"', b'gear="1e12"'))
        flags = (f"--models_dir={models}", "--env_steps=600")
        one, two = self.path("one"), self.path("two")
        result = self.train(one, *flags)
        sentence = (r"decision \d+: the physics warned, the episode ended: "
                    "bad number in q")
        self.assertRegex(result.stderr, sentence)
        self.assertRegex(read(one, "log.txt"), sentence)
        for row in small_training.metrics(one)[1:]:
            self.assertNotIn("nan", row)
        self.train(two, *flags, "--env_steps=300")
        self.train(two, *flags)
        self.assert_same_training(two, one)

    def test_models_folder_counts_from_the_user(self):
        os.mkdir(self.path("models"))
        result = subprocess.run(
            small_training.command(self.path("a"), "--models_dir=models"),
            capture_output=True, text=True, check=False,
            env={**os.environ, "BUILD_WORKING_DIRECTORY": self.folder})
        self.assert_refused(result, self.path("models", "cartpole.xml"))

    def test_values_out_of_range(self):
        for flag in ("--env_steps=0", "--env_steps=2000000001",
                     "--log_every=0", "--log_every=-1", "--eval_every=0",
                     "--eval_episodes=0", "--eval_episodes=1001",
                     "--checkpoint_seconds=-1", "--checkpoint_seconds=nan",
                     "--checkpoint_seconds=inf", "--threads=-1",
                     "--threads=65", "--action_repeat=0", "--action_repeat=3",
                     "--action_repeat=1001", "--random_decisions=-1",
                     "--updates_per_decision=0", "--updates_per_decision=nan",
                     "--updates_per_decision=1001", "--replay_capacity=99",
                     "--replay_capacity=1000000001", "--held_out=-0.1",
                     "--held_out=0.91", "--held_out=nan", "--acting=best",
                     "--algorithm=dqn", "--preset=huge",
                     "--batch_size=0", "--learning_rate=nan",
                     "--discount=1.5", "--network_width=1000000000",
                     "--log_std_high=1000"):
            with self.subTest(flag):
                name, value = flag.lstrip("-").split("=")
                self.assert_refused(train(self.path("a"), flag), name, value)
                self.assertFalse(os.path.exists(
                    self.path("a", "metrics.csv")))
        for flag in ("--sed=1", "--env_steps=many", "--seed=-1",
                     "--updates_per_decision=often"):
            with self.subTest(flag):
                result = train(self.path("a"), flag)
                self.assertEqual(result.returncode, 1)
                self.assertRegex(
                    result.stderr.splitlines()[-1],
                    "ERROR: .*" + re.escape(flag.lstrip("-").split("=")[0]))

    def test_unknown_task(self):
        self.assert_refused(train(self.path("a"), "--task=cartpole"),
                            '"cartpole"', "cartpole-swingup")

    def test_windows_longer_than_an_episode(self):
        self.assert_refused(
            train(self.path("a"), "--bootstrap_steps=1000"),
            "--bootstrap_steps", "episode")

    def test_windows_longer_than_the_replay(self):
        flags = ("--rollout_steps=60", "--bootstrap_steps=40")
        self.assert_refused(
            train(self.path("a"), *flags, "--replay_capacity=100"),
            "--rollout_steps", "100 decisions", "--replay_capacity=100")

    @unittest.skipIf({"ASAN_OPTIONS", "TSAN_OPTIONS"} & os.environ.keys(),
                     "sanitizers take more memory, and ends of their own")
    def test_not_enough_memory(self):
        def limit():
            resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))

        result = subprocess.run(
            small_training.command(self.path("a"),
                                   "--replay_capacity=1000000000"),
            capture_output=True, text=True, check=False, preexec_fn=limit)
        self.assert_refused(result, "not enough memory")

    def test_nothing_left_of_a_killed_film(self):
        folder = self.path("a")
        os.makedirs(self.path("a", "video"))
        write(self.path("a", "video", "env_steps_000000100.mp4"), b"a film")
        write(self.path("a", "video", "env_steps_000000200.mp4.7.tmp"), b"half")
        self.train(folder, "--video", "--env_steps=200")
        self.assertEqual(sorted(os.listdir(self.path("a", "video"))),
                         ["env_steps_000000100.mp4", "env_steps_000000200.mp4"])

    def test_help(self):
        result = subprocess.run([small_training.TRAIN, "--help"],
                                capture_output=True, text=True, check=False)
        for flag in ("env_steps", "seed", "replay_capacity", "model"):
            self.assertIn(f"--{flag} (", result.stdout)


if __name__ == "__main__":
    unittest.main()
