"""Runs the garnet program as a user does: bad input, interruption, bits."""

import os
import resource
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

GARNET = os.path.abspath("experiments/garnet/garnet")

# A study of 16 runs that takes a second or two.
SMALL = [
    "--states=12", "--successors=4", "--ranks=2,3", "--temperatures=0.3,1",
    "--algorithms=mle,cvaml_1_1", "--seeds=2", "--steps=300", "--nofigures"
]


def run(directory, *flags, file_size=resource.RLIM_INFINITY):
    """Runs a small study; later flags override its own."""

    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE,
                           (file_size, resource.RLIM_INFINITY))

    return subprocess.run(
        [GARNET, f"--output_dir={directory}", *SMALL, *flags],
        capture_output=True, text=True, check=False, preexec_fn=limit)


def read(directory, name):
    with open(os.path.join(directory, name), encoding="utf-8") as file:
        return file.read()


def without_seconds(runs):
    """runs.csv without its last column, the wall clock."""
    return [line.rpartition(",")[0] for line in runs.splitlines()]


class GarnetTest(unittest.TestCase):

    @classmethod
    def setUpClass(cls):
        """One finished study; tests that change it take a copy."""
        super().setUpClass()
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.finished = os.path.join(folder.name, "finished")
        cls.result = run(cls.finished, "--threads=1", "--figures")

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
        watched = run(self.path("watched"), "--stop_at_nan")
        self.assertEqual(watched.returncode, 0, watched.stderr)
        self.assertEqual(
            without_seconds(read(self.path("watched"), "runs.csv")),
            without_seconds(read(self.finished, "runs.csv")))
        wild = run(self.path("wild"), "--stop_at_nan", "--learning_rate=1e38")
        self.assertEqual(wild.returncode, 1, wild.stderr)
        self.assertRegex(
            wild.stderr,
            r"autodiff: (a NaN|an infinity) first came from .*%\d+ recorded at "
            r"\S+\.cc:\d+\n")

    def test_dumps_the_programs(self):
        copy = self.copy_of_finished()
        result = run(copy, "--dump_graph")
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
        for name in ("value_error", "entropy"):
            with open(os.path.join(self.finished, f"{name}.png"), "rb") as file:
                self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n")
            self.assertIn("<svg", read(self.finished, f"{name}.svg"))

    def assert_same_results(self, directory):
        self.assertEqual(without_seconds(read(directory, "runs.csv")),
                         without_seconds(read(self.finished, "runs.csv")))
        self.assertEqual(read(directory, "summary.csv"),
                         read(self.finished, "summary.csv"))

    def test_same_bits_on_two_threads(self):
        result = run(self.path("a"), "--threads=2", "--figures")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_same_results(self.path("a"))
        for name in ("value_error.svg", "entropy.svg"):
            self.assertEqual(read(self.path("a"), name),
                             read(self.finished, name))

    def test_same_bits_from_its_config(self):
        replayed = subprocess.run(
            [GARNET, f"--flagfile={self.finished}/config.flags",
             f"--output_dir={self.path('a')}", "--nofigures"],
            capture_output=True, text=True, check=False)
        self.assertEqual(replayed.returncode, 0, replayed.stderr)
        self.assert_same_results(self.path("a"))

    def test_same_bits_after_kill_9(self):
        for rows in (1, 5, 11):  # killed when so many runs are done, or more
            study = subprocess.Popen(
                [GARNET, f"--output_dir={self.path('a')}", *SMALL],
                stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            done = 0
            while study.poll() is None and done < rows:
                time.sleep(0.01)
                if os.path.exists(self.path("a/runs.csv")):
                    done = read(self.path("a"), "runs.csv").count("\n") - 1
            study.send_signal(signal.SIGKILL)
            study.wait()
            kept = read(self.path("a"), "runs.csv").count("\n") - 1
            self.assertGreaterEqual(kept, done)
        result = run(self.path("a"))
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assert_same_results(self.path("a"))

    def test_a_finished_study_is_not_repeated(self):
        copy = self.copy_of_finished()
        self.assertEqual(run(copy).returncode, 0)
        self.assertEqual(read(copy, "runs.csv"),  # with the seconds
                         read(self.finished, "runs.csv"))

    def test_a_larger_grid_keeps_what_is_done(self):
        copy = self.copy_of_finished()
        self.assertEqual(run(copy, "--ranks=2,3,4").returncode, 0)
        rows = read(copy, "runs.csv").splitlines()
        self.assertEqual(len(rows), 1 + 24)
        self.assertLessEqual(
            set(read(self.finished, "runs.csv").splitlines()), set(rows))

    def test_ctrl_c_says_how_to_continue(self):
        study = subprocess.Popen(
            [GARNET, f"--output_dir={self.path('a')}", *SMALL,
             "--steps=100000000"],
            stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
        while not os.path.exists(self.path("a/config.flags")):
            time.sleep(0.01)
            self.assertIsNone(study.poll())
        study.send_signal(signal.SIGINT)
        _, error = study.communicate()
        # 130: told to stop; −2: Ctrl-C came before the study listened for it.
        self.assertIn(study.returncode, (130, -signal.SIGINT))
        if study.returncode == 130:
            self.assertIn("same command", error)

    def test_sampled_estimator(self):
        result = run(self.path("a"), "--estimator=sampled", "--model_samples=2")
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_unknown_flag(self):
        self.assert_refused(run(self.path("a"), "--rnaks=2"), "rnaks")

    def test_values_out_of_range(self):
        for flag, words in (
                ("--ranks=0", ["--ranks=0", "1 to --states=12"]),
                ("--ranks=13", ["--ranks=13", "1 to --states=12"]),
                ("--ranks=two", ["--ranks=two", "whole number"]),
                ("--ranks=2,2", ["--ranks=2,2", "different"]),
                ("--ranks=", ["--ranks="]),
                ("--temperatures=0", ["--temperatures=0", "positive"]),
                ("--temperatures=-1", ["--temperatures=-1", "positive"]),
                ("--temperatures=nan", ["--temperatures=nan", "positive"]),
                ("--successors=13", ["--successors=13", "1 to --states=12"]),
                ("--successors=0", ["--successors=0", "1 to --states=12"]),
                ("--states=1", ["--states=1", "from 2 to 5000"]),
                ("--states=100000", ["--states=100000", "from 2 to 5000"]),
                ("--discount=1", ["--discount=1", "below 1"]),
                ("--algorithms=vaml", ["--algorithms=vaml", "cvaml_1_0"]),
                ("--estimator=guess", ["--estimator=guess", "sampled"]),
                ("--start_value=x", ["--start_value=x", "environment"]),
                ("--variance_weight=-1", ["--variance_weight=-1"]),
                ("--seeds=0", ["--seeds=0", "at least 1"]),
                ("--first_seed=-1", ["--first_seed=-1", "at least 0"]),
                ("--first_seed=2147483646",
                 ["--first_seed=2147483646", "2147483645", "--seeds=2"]),
                ("--steps=0", ["--steps=0", "at least 1"]),
                ("--learning_rate=0", ["--learning_rate=0", "positive"]),
                ("--adam_beta1=1", ["--adam_beta1=1", "below 1"]),
                ("--adam_beta2=-1", ["--adam_beta2=-1", "below 1"]),
                ("--adam_epsilon=0", ["--adam_epsilon=0", "positive"]),
                ("--target_rate=0", ["--target_rate=0", "above 0"]),
                ("--initial_scale=0", ["--initial_scale=0", "positive"]),
                ("--threads=-1", ["--threads=-1"]),
                ("--preset=huge", ["huge", "paper", "quick"]),
        ):
            with self.subTest(flag):
                self.assert_refused(run(self.path("a"), flag), *words)
                self.assertFalse(os.path.exists(self.path("a")))

    def test_cvaml_with_one_sample(self):
        result = run(self.path("a"), "--estimator=sampled", "--model_samples=1")
        self.assert_refused(result, "--model_samples=1", "cvaml_1_1",
                            "at least 2")

    def test_unwritable_output(self):
        with open(self.path("file"), "w", encoding="utf-8") as file:
            file.write("in the way")
        self.assert_refused(run(self.path("file/a")), self.path("file/a"),
                            "--output_dir")
        self.assertEqual(read(self.folder, "file"), "in the way")

    def test_corrupt_results(self):
        copy = self.copy_of_finished()
        runs = read(copy, "runs.csv").replace("mle,0.3,2,0,", "mle,0.3,x,0,", 1)
        with open(os.path.join(copy, "runs.csv"), "w",
                  encoding="utf-8") as file:
            file.write(runs)
        self.assert_refused(run(copy), "runs.csv", "2", "x")
        self.assertEqual(read(copy, "runs.csv"), runs)

    @unittest.skipIf("TSAN_OPTIONS" in os.environ,
                     "ThreadSanitizer cannot run with a limit on file sizes")
    def test_full_disk(self):
        # No file may grow beyond the finished one and half a row.
        copy = self.copy_of_finished()
        before = read(copy, "runs.csv")
        result = run(copy, "--seeds=3", file_size=len(before) + 40)
        self.assert_refused(result, "runs.csv", "too large", "again")
        self.assertEqual(read(copy, "runs.csv"), before)
        self.assertEqual(run(copy, "--seeds=3").returncode, 0)
        self.assertEqual(read(copy, "runs.csv").count("\n"), 1 + 24)

    def test_other_flags_than_the_results_have(self):
        copy = self.copy_of_finished()
        self.assert_refused(run(copy, "--steps=301"), "steps", "300", "301")
        for name in ("runs.csv", "config.flags"):
            self.assertEqual(read(copy, name), read(self.finished, name))


if __name__ == "__main__":
    unittest.main()
