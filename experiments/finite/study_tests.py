"""What every study on finite problems does as a program, for tests.

A test module has a class for its own program:

    class GarnetTest(study_tests.StudyTests, unittest.TestCase):
        PROGRAM = ...
"""

import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

# A grid of 16 runs.
GRID = [
    "--ranks=2,3", "--temperatures=0.3,1", "--algorithms=mle,cvaml_1_1",
    "--seeds=2", "--steps=300", "--nofigures"
]


def read(directory, name):
    with open(os.path.join(directory, name), encoding="utf-8") as file:
        return file.read()


def without_seconds(runs):
    """runs.csv without its last column, the wall clock."""
    return [line.rpartition(",")[0] for line in runs.splitlines()]


class StudyTests:
    """Bad input, interruption, bits: a mixin of unittest.TestCase."""

    # Of each study: the program, flags beside GRID with which it takes a
    # second or two, what it draws, its number of states as messages name it.
    PROGRAM = ""
    SMALL = []
    FIGURES = ()
    STATES = ""

    @classmethod
    def run_study(cls, directory, *flags, file_size=resource.RLIM_INFINITY):
        """Runs a small study; later flags override its own."""

        def limit():
            resource.setrlimit(resource.RLIMIT_FSIZE,
                               (file_size, resource.RLIM_INFINITY))

        return subprocess.run(
            [cls.PROGRAM, f"--output_dir={directory}", *GRID, *cls.SMALL,
             *flags],
            capture_output=True, text=True, check=False, preexec_fn=limit)

    @classmethod
    def start_study(cls, directory, *flags):
        return subprocess.Popen(
            [cls.PROGRAM, f"--output_dir={directory}", *GRID, *cls.SMALL,
             *flags],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)

    @classmethod
    def setUpClass(cls):
        """One finished study; tests that change it take a copy."""
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.finished = os.path.join(folder.name, "finished")
        cls.result = cls.run_study(cls.finished, "--threads=1", "--figures")

    def setUp(self):
        super().setUp()
        self.assertEqual(self.result.returncode, 0, self.result.stderr)
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def copy_of_finished(self):
        return shutil.copytree(self.finished, self.path("copy"))

    def path(self, name):
        return os.path.join(self.folder, name)

    def assert_refused(self, result, *words):
        """One sentence that holds the words, and no success."""
        self.assertEqual(result.returncode, 1, result.stderr)
        errors = [line for line in result.stderr.splitlines()
                  if line.startswith("ERROR: ")]
        self.assertEqual(len(errors), 1, result.stderr)
        for word in words:
            self.assertIn(word, errors[0])
        self.assertNotIn("***", result.stderr)  # a crash's stack trace

    def test_stops_at_the_first_nan(self):
        watched = self.run_study(self.path("watched"), "--stop_at_nan")
        self.assertEqual(watched.returncode, 0, watched.stderr)
        self.assertEqual(
            without_seconds(read(self.path("watched"), "runs.csv")),
            without_seconds(read(self.finished, "runs.csv")))
        wild = self.run_study(self.path("wild"), "--stop_at_nan",
                              "--learning_rate=1e38")
        self.assertEqual(wild.returncode, 1, wild.stderr)
        self.assertRegex(
            wild.stderr,
            r"autodiff: (a NaN|an infinity) first came from .*%\d+ recorded at "
            r"\S+\.cc:\d+\n")

    def assert_same_results(self, directory):
        self.assertEqual(without_seconds(read(directory, "runs.csv")),
                         without_seconds(read(self.finished, "runs.csv")))
        self.assertEqual(read(directory, "summary.csv"),
                         read(self.finished, "summary.csv"))

    def test_same_bits_on_two_threads(self):
        result = self.run_study(self.path("a"), "--threads=2", "--figures")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_same_results(self.path("a"))
        for name in self.FIGURES:
            self.assertEqual(read(self.path("a"), f"{name}.svg"),
                             read(self.finished, f"{name}.svg"))

    def test_same_bits_from_its_config(self):
        replayed = subprocess.run(
            [self.PROGRAM, f"--flagfile={self.finished}/config.flags",
             f"--output_dir={self.path('a')}", "--nofigures"],
            capture_output=True, text=True, check=False)
        self.assertEqual(replayed.returncode, 0, replayed.stderr)
        self.assert_same_results(self.path("a"))

    def test_same_bits_after_kill_9(self):
        for rows in (1, 5, 11):  # killed when so many runs are done, or more
            study = self.start_study(self.path("a"))
            done = 0
            while study.poll() is None and done < rows:
                time.sleep(0.01)
                if os.path.exists(self.path("a/runs.csv")):
                    done = read(self.path("a"), "runs.csv").count("\n") - 1
            study.send_signal(signal.SIGKILL)
            study.communicate()
            kept = read(self.path("a"), "runs.csv").count("\n") - 1
            self.assertGreaterEqual(kept, done)
        result = self.run_study(self.path("a"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_same_results(self.path("a"))

    def test_a_finished_study_is_not_repeated(self):
        copy = self.copy_of_finished()
        self.assertEqual(self.run_study(copy).returncode, 0)
        self.assertEqual(read(copy, "runs.csv"),  # with the seconds
                         read(self.finished, "runs.csv"))

    def test_a_larger_grid_keeps_what_is_done(self):
        copy = self.copy_of_finished()
        self.assertEqual(self.run_study(copy, "--ranks=2,3,4").returncode, 0)
        rows = read(copy, "runs.csv").splitlines()
        self.assertEqual(len(rows), 1 + 24)
        self.assertLessEqual(
            set(read(self.finished, "runs.csv").splitlines()), set(rows))

    def test_ctrl_c_says_how_to_continue(self):
        study = self.start_study(self.path("a"), "--steps=100000000")
        while not os.path.exists(self.path("a/config.flags")):
            time.sleep(0.01)
            self.assertIsNone(study.poll())
        study.send_signal(signal.SIGINT)
        _, error = study.communicate()
        # 130: told to stop; −2: Ctrl-C came before the study listened for it.
        self.assertIn(study.returncode, (130, -signal.SIGINT))
        if study.returncode == 130:
            self.assertIn("same command", error)

    def test_unknown_flag(self):
        self.assert_refused(self.run_study(self.path("a"), "--rnaks=2"),
                            "rnaks")

    def assert_all_refused(self, *bad):
        """Each flag by a sentence with its words, before anything is made."""
        for flag, words in bad:
            with self.subTest(flag):
                self.assert_refused(self.run_study(self.path("a"), flag),
                                    flag, *words)
                self.assertFalse(os.path.exists(self.path("a")))

    def test_values_out_of_range(self):
        to_states = f"1 to {self.STATES}"
        self.assert_all_refused(
            ("--ranks=0", [to_states]),
            ("--ranks=99", [to_states]),
            ("--ranks=two", ["whole number"]),
            ("--ranks=2,2", ["different"]),
            ("--ranks=", []),
            ("--temperatures=0", ["positive"]),
            ("--temperatures=-1", ["positive"]),
            ("--temperatures=nan", ["positive"]),
            ("--temperatures=1,1", ["different"]),
            ("--discount=1", ["below 1"]),
            ("--algorithms=vaml", ["cvaml_1_0"]),
            ("--algorithms=mle,mle", ["different"]),
            ("--start_value=x", ["environment"]),
            ("--variance_weight=-1", ["not negative"]),
            ("--seeds=0", ["at least 1"]),
            ("--first_seed=-1", ["at least 0"]),
            ("--first_seed=2147483646", ["2147483645", "--seeds=2"]),
            ("--steps=0", ["at least 1"]),
            ("--learning_rate=0", ["positive"]),
            ("--adam_beta1=1", ["below 1"]),
            ("--adam_beta2=-1", ["below 1"]),
            ("--adam_epsilon=0", ["positive"]),
            ("--target_rate=0", ["above 0"]),
            ("--initial_scale=0", ["positive"]),
            ("--threads=-1", []),
        )
        self.assert_refused(self.run_study(self.path("a"), "--preset=huge"),
                            "huge", "paper", "quick")

    def test_unwritable_output(self):
        with open(self.path("file"), "w", encoding="utf-8") as file:
            file.write("in the way")
        self.assert_refused(self.run_study(self.path("file/a")),
                            self.path("file/a"),
                            "--output_dir")
        self.assertEqual(read(self.folder, "file"), "in the way")

    def test_corrupt_results(self):
        copy = self.copy_of_finished()
        runs = read(copy, "runs.csv").replace("mle,0.3,2,0,", "mle,0.3,x,0,", 1)
        with open(os.path.join(copy, "runs.csv"), "w",
                  encoding="utf-8") as file:
            file.write(runs)
        self.assert_refused(self.run_study(copy), "runs.csv", "2", "x")
        self.assertEqual(read(copy, "runs.csv"), runs)

    @unittest.skipIf("TSAN_OPTIONS" in os.environ,
                     "ThreadSanitizer cannot run with a limit on file sizes")
    def test_full_disk(self):
        # No file may grow beyond the finished one and half a row.
        copy = self.copy_of_finished()
        before = read(copy, "runs.csv")
        result = self.run_study(copy, "--seeds=3", file_size=len(before) + 40)
        self.assert_refused(result, "runs.csv", "too large", "again")
        self.assertEqual(read(copy, "runs.csv"), before)
        self.assertEqual(self.run_study(copy, "--seeds=3").returncode, 0)
        self.assertEqual(read(copy, "runs.csv").count("\n"), 1 + 24)

    def test_other_flags_than_the_results_have(self):
        copy = self.copy_of_finished()
        self.assert_refused(self.run_study(copy, "--steps=301"), "steps",
                            "300", "301")
        for name in ("runs.csv", "config.flags"):
            self.assertEqual(read(copy, name), read(self.finished, name))
