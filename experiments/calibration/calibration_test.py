"""Runs the calibration program as a user does."""

import csv
import os
import resource
import signal
import subprocess
import tempfile
import time
import unittest

PROGRAM = os.path.abspath("experiments/calibration/calibration")
TABLES = ("table1.csv", "claims.csv", "curve.csv", "report.txt")
CLAIMS = {
    "Lemma 1",
    "Lemma 2",
    "Lemma 4",
    "Proposition 1",
    "Proposition 2",
    "Proposition 3",
    "Proposition 4",
    "Proposition 5",
    "Remark (not in the paper)",
}


def start(folder, *flags, file_size=resource.RLIM_INFINITY):
    def limit():
        resource.setrlimit(
            resource.RLIMIT_FSIZE, (file_size, resource.RLIM_INFINITY)
        )

    return subprocess.run(
        [PROGRAM, f"--output_dir={folder}", "--problems=100", *flags],
        capture_output=True,
        check=False,
        preexec_fn=limit,
        text=True,
    )


def read(*path):
    with open(os.path.join(*path), "rb") as file:
        return file.read()


def rows(folder, name):
    path = os.path.join(folder, name)
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


class CalibrationTest(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        cls.addClassCleanup(folder.cleanup)
        cls.finished = os.path.join(folder.name, "finished")
        cls.result = start(cls.finished, "--threads=1")

    def setUp(self):
        super().setUp()
        self.assertEqual(self.result.returncode, 0, self.result.stderr)
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def assert_refused(self, result, *words):
        """One sentence that holds the words, and no success."""
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        for word in words:
            self.assertIn(word, result.stderr)

    def test_all_files_are_there(self):
        report = read(self.finished, "report.txt").decode()
        self.assertTrue(self.result.stdout.startswith(report))
        self.assertIn("Proposition 5: holds", report)
        self.assertNotIn("FAILS", report)
        self.assertEqual(report.count("  the same\n"), 12)  # as in the paper
        self.assertNotIn("<-", report)
        self.assertIn("tried on 100 random ones", report)
        png = read(self.finished, "calibration.png")
        self.assertTrue(png.startswith(b"\x89PNG"))
        self.assertIn(b"<svg", read(self.finished, "calibration.svg"))

    def test_table_has_the_papers_pattern(self):
        table = rows(self.finished, "table1.csv")
        # 2 models × 2 environments × 5 targets × (5 + 4) numbers of samples.
        self.assertEqual(len(table), 2 * 2 * 5 * 9)
        for row in table:
            uncalibrated = (
                row["model"] == "stochastic"
                and row["method"] != "TD"
                and (
                    row["target"] == "V"
                    or (row["loss"] == "sample" and row["samples"] != "inf")
                )
            )
            excess, error = float(row["excess"]), float(row["error"])
            self.assertLess(error, 1e-12, row)
            if uncalibrated:
                self.assertEqual(row["verdict"], "uncalibrated", row)
                self.assertGreater(excess, 1e-4, row)
            else:
                self.assertEqual(row["verdict"], "calibrated", row)
                self.assertLessEqual(excess, error, row)

    def test_iter_vaml_has_the_closed_form(self):
        for row in rows(self.finished, "table1.csv"):
            if (row["method"], row["model"], row["loss"]) != (
                "IterVAML",
                "stochastic",
                "sample",
            ):
                continue
            k = float(row["samples"])
            # ((2y − a − b) / (2(k − 1)))² for a = 0, b = 1, y = 0.3.
            expected = 0.09 if k == 1 else (0.4 / (2 * (k - 1))) ** 2
            self.assertAlmostEqual(float(row["excess"]), expected, delta=1e-12)

    def test_every_claim_is_measured_and_holds(self):
        claims = rows(self.finished, "claims.csv")
        self.assertEqual({row["claim"] for row in claims}, CLAIMS)
        for row in claims:
            self.assertEqual(row["verdict"], "holds", row)
            value = float(row["value"])
            self.assertLessEqual(float(row["low"]), value, row)
            self.assertLessEqual(value, float(row["high"]), row)

    def test_curve(self):
        curve = rows(self.finished, "curve.csv")
        self.assertEqual(
            [int(row["samples"]) for row in curve], [2**i for i in range(11)]
        )
        for row in curve:
            self.assertAlmostEqual(
                float(row["bias"]), 0.21 / int(row["samples"]), delta=1e-13
            )
            if 1 < int(row["samples"]) <= 16:
                self.assertAlmostEqual(float(row["corrected_mean"]), 0.3)

    def test_same_bits_on_several_threads(self):
        result = start(self.path("a"), "--threads=4")
        self.assertEqual(result.returncode, 0, result.stderr)
        for name in TABLES + ("calibration.png", "calibration.svg"):
            self.assertEqual(
                read(self.path("a"), name), read(self.finished, name), name
            )

    def test_another_seed(self):
        result = start(self.path("a"), "--seed=1", "--nofigures")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotEqual(
            read(self.path("a"), "claims.csv"),
            read(self.finished, "claims.csv"),
        )
        self.assertNotIn("calibration.png", os.listdir(self.path("a")))

    def test_bad_flags(self):
        for flag in ("--problems=0", "--problems=1000001"):
            self.assert_refused(start(self.path("a"), flag), flag, "must be")
        self.assert_refused(start(self.path("a"), "--seed=-1"), "seed")
        self.assert_refused(start(self.path("a"), "--preset=big"), "quick")
        self.assert_refused(start(self.path("a"), "now"), '"now" is not a flag')
        self.assertEqual(os.listdir(self.folder), [])

    def test_folder_of_another_seed(self):
        result = start(self.finished, "--seed=1")
        self.assert_refused(result, "seed", "output_dir")

    def test_unwritable_folder(self):
        with open(self.path("file"), "w", encoding="utf-8"):
            pass
        self.assert_refused(start(self.path("file/below")), "file")

    @unittest.skipIf(
        "TSAN_OPTIONS" in os.environ,
        "ThreadSanitizer cannot run with a limit on file sizes",
    )
    def test_full_disk(self):
        size = len(read(self.finished, "report.txt"))
        result = start(self.path("a"), "--nofigures", file_size=size - 1)
        self.assert_refused(result, "report.txt", "too large")
        self.assertNotIn("claims.csv", os.listdir(self.path("a")))
        self.assertEqual(start(self.path("a"), "--nofigures").returncode, 0)

    def test_interruption(self):
        with subprocess.Popen(
            [
                PROGRAM,
                f"--output_dir={self.path('a')}",
                "--problems=1000000",
                "--nofigures",
                "--threads=1",
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            while not os.path.exists(self.path("a/config.flags")):
                time.sleep(0.01)
            time.sleep(0.1)  # into the first of claims that take an hour
            process.send_signal(signal.SIGINT)
            output, errors = process.communicate()
        self.assertEqual(process.returncode, 130, errors)
        self.assertEqual(output, "")
        self.assertIn("nothing was written", errors)
        for name in TABLES:
            self.assertNotIn(name, os.listdir(self.path("a")))


if __name__ == "__main__":
    unittest.main()
