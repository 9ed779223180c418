"""Starts //tools/benchmark as a user would, with --quick."""

import json
import os
import re
import subprocess
import tempfile
import unittest

from tools.benchmark import peer_environment, report

PROGRAM = os.path.abspath("tools/benchmark/benchmark")


class BenchmarkTest(unittest.TestCase):
    def setUp(self):
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def start(self, *flags, launcher=()):
        return subprocess.run(
            [*launcher, PROGRAM, *flags],
            capture_output=True,
            check=False,
            env={**os.environ, "BUILD_WORKING_DIRECTORY": self.folder},
            text=True,
        )

    def make_peers(self, script):
        """An environment whose Python is a shell script."""
        folder = os.path.join(self.folder, "peers")
        os.makedirs(os.path.join(folder, "bin"))
        requirements = peer_environment.FOLDER / "requirements.txt"
        with open(
            os.path.join(folder, "installed.txt"), "w", encoding="utf-8"
        ) as file:
            file.write(requirements.read_text(encoding="utf-8"))
        python = os.path.join(folder, "bin", "python")
        with open(python, "w", encoding="utf-8") as file:
            file.write("#!/bin/sh\n" + script)
        os.chmod(python, 0o755)

    def read_figures(self):
        with open(
            os.path.join(self.folder, "figures.json"), encoding="utf-8"
        ) as file:
            return json.load(file)

    def assert_tables_of_ours(self, result):
        self.assertEqual(result.returncode, 0, result.stderr)
        for label, _, kind in report.ROWS:
            line = f"(?m)^{re.escape(label)} .* {kind.unit} "
            self.assertRegex(result.stdout, line)

    def test_tables_and_figures(self):
        result = self.start("--quick", "--rounds=2", "--json=figures.json")
        self.assert_tables_of_ours(result)
        figures = self.read_figures()
        self.assertEqual(figures["problems"], [])
        rows = {s["row"] for s in figures["samples"]}
        self.assertEqual(rows, {row for _, row, _ in report.ROWS})
        for s in figures["samples"]:
            if s["row"] == "garnet_2":  # One learner on each core.
                self.assertEqual(len(s["check"]), s["cores"])
        for row in rows - {report.PEAK}:
            rounds = [
                s["round"]
                for s in figures["samples"]
                if s["row"] == row and s["cores"] == 1
            ]
            self.assertEqual(rounds, [0, 1], row)

    def test_one_core(self):
        cpu = min(os.sched_getaffinity(0))
        result = self.start(
            "--quick",
            "--rounds=1",
            "--json=figures.json",
            launcher=["taskset", "-c", str(cpu)],
        )
        self.assert_tables_of_ours(result)
        self.assertIn("\nOne core is allowed here: ", result.stdout)
        self.assertNotIn("2 cores", result.stdout)
        samples = self.read_figures()["samples"]
        self.assertEqual({s["cores"] for s in samples}, {1})

    def test_peers_that_do_not_start(self):
        self.make_peers("echo 'ImportError: no jax' >&2; exit 3\n")
        result = self.start(
            "--quick",
            "--rounds=1",
            "--peers",
            "--peers_dir=peers",
            "--json=figures.json",
        )
        self.assert_tables_of_ours(result)
        self.assertEqual(len(self.read_figures()["problems"]), 3)
        sentence = "JAX ended at start: ImportError: no jax"
        self.assertIn(sentence, self.read_figures()["problems"])
        self.assertIn("\n" + sentence + "\n", result.stdout)

    def test_peers_that_cannot_be_installed(self):
        with open(
            os.path.join(self.folder, "peers"), "w", encoding="utf-8"
        ) as file:
            file.write("in the way")
        result = self.start(
            "--quick", "--rounds=1", "--peers", "--peers_dir=peers"
        )
        self.assert_tables_of_ours(result)
        self.assertIn("\nNo peers: ", result.stdout)

    def test_installs_over_nothing_but_an_environment(self):
        path = os.path.join(self.folder, "letter")
        with open(path, "w", encoding="utf-8") as file:
            file.write("precious")
        result = self.start(
            "--quick", "--rounds=1", "--peers", f"--peers_dir={self.folder}"
        )
        self.assert_tables_of_ours(result)
        self.assertIn("holds something else than a virtual", result.stdout)
        self.assertTrue(os.path.exists(path))

    def test_bad_flags(self):
        for flag, sentence in (
            ("--rounds=0", "--rounds=0 must be at least 1"),
            ("--rounds=x", "--rounds: invalid int value: 'x'"),
            ("--json=/dev/null/a", "cannot write --json=/dev/null/a"),
            ("--pears", "unrecognized arguments: --pears"),
        ):
            result = self.start(flag)
            self.assertEqual(result.returncode, 1)
            self.assertIn(sentence, result.stderr)
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)


if __name__ == "__main__":
    unittest.main()
