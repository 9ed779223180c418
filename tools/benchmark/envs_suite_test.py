"""Rows of the environments' program, the suite's tables, and both together."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from tools.benchmark import cores, envs_suite, report

BENCHMARK = os.path.abspath("tools/benchmark/benchmark")
PROGRAM = os.path.abspath("tools/benchmark/environments")


def ask(*rows):
    return subprocess.run(
        [PROGRAM, "--quick"],
        input="".join(row + "\n" for row in rows),
        capture_output=True,
        check=False,
        text=True,
    )


class ProgramTest(unittest.TestCase):
    def test_rows(self):
        rows = ["cartpole-swingup", "reacher-easy"]
        rows += [f"{kind} cheetah-run" for kind in ("alone", "threads", "pool")]
        rows.append("memory walker-run")
        result = ask(*rows)
        self.assertEqual(result.returncode, 0, result.stderr)
        hello, *answers = map(json.loads, result.stdout.splitlines())
        self.assertEqual(len(hello["tasks"]), 24)
        self.assertEqual([answer["row"] for answer in answers], rows)
        for answer in answers:
            self.assertGreater(answer["seconds"], 0, answer)
        for answer in answers[:2]:
            self.assertGreater(answer["bare"], 0, answer)
            self.assertGreater(answer["reset"], 0, answer)
        # A walker's model and state fill more than 10 kB.
        self.assertGreater(answers[-1]["bytes"], 1e4)

    def test_unknown_rows(self):
        for row, sentence in (
            ("walker-rum", "near it: walker-run"),
            ("allone walker-run", 'no row "allone walker-run"'),
        ):
            result = ask(row)
            self.assertEqual(result.returncode, 1)
            self.assertIn(sentence, result.stderr)
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)


class TablesTest(unittest.TestCase):
    def setUp(self):
        super().setUp()
        self.samples = report.Samples()

    def add(self, row, count=1, **numbers):
        place = {"program": "ours", "cores": count, "row": row}
        self.samples.add(place | numbers)

    def task_line(self, seconds, bare):
        for factor in (1, 2, 4):
            self.add(
                "dog-run",
                seconds=seconds * factor,
                bare=bare * factor,
                reset=1e-4,
            )
        table = envs_suite.task_table(self.samples, ["dog-run"])
        return " ".join(table.splitlines()[1].split())

    def test_task_within_its_share(self):
        self.assertEqual(
            self.task_line(50e-6, 48e-6),
            "dog-run 10,000 100.00 96.00 4.00 96.0% (96.0%-96.0%) 100",
        )

    def test_task_within_a_microsecond(self):
        self.assertEqual(
            self.task_line(1e-6, 0.6e-6),
            "dog-run 500,000 2.00 1.20 0.80 60.0% (60.0%-60.0%) 100",
        )

    def test_task_below_the_aim(self):
        self.assertEqual(
            self.task_line(1e-6, 0.4e-6),
            "dog-run 500,000 2.00 0.80 1.20 40.0% (40.0%-40.0%) 100 "
            "misses its aim",
        )

    def two_line(self, threads):
        self.add("processes dog-run", 2, seconds=2e-4)
        self.add("threads dog-run", 2, seconds=threads)
        self.add("pool dog-run", 2, seconds=4e-4)
        table = envs_suite.two_table(self.samples, ["dog-run"])
        return " ".join(table.splitlines()[1].split())

    def test_threads(self):
        self.assertEqual(
            self.two_line(2.0e-4), "dog-run 5,000 5,000 100.0% 2,500 50.0%"
        )

    def test_threads_below_the_aim(self):
        self.assertEqual(
            self.two_line(2.5e-4),
            "dog-run 5,000 4,000 80.0% 2,500 50.0% misses its aim",
        )

    def test_memory(self):
        self.add(envs_suite.MEMORY, seconds=5e-3, bytes=2e6)
        self.assertEqual(
            envs_suite.memory(self.samples), "2.00 MB, made in 5.0 ms"
        )
        self.samples = report.Samples()
        self.add(envs_suite.MEMORY, seconds=5e-3, bytes=2e7)
        self.assertIn("misses its aim", envs_suite.memory(self.samples))


class SuiteTest(unittest.TestCase):
    def test_as_a_user_calls_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "figures.json")
            result = subprocess.run(
                [BENCHMARK, "--suite=envs", "--quick", "--rounds=1"]
                + [f"--json={path}"],
                capture_output=True,
                check=False,
                text=True,
            )
            self.assertEqual(result.returncode, 0, result.stderr)
            figures = json.loads(path.read_text(encoding="utf-8"))
        tasks = [s["row"] for s in figures["samples"] if "bare" in s]
        self.assertEqual(len(tasks), 24)
        for task in tasks:
            self.assertRegex(result.stdout, f"(?m)^{task} .*%")
        self.assertRegex(result.stdout, r"One more dog: [0-9.]+ MB")
        if len(cores.separate(os.sched_getaffinity(0))) > 1:
            for task in envs_suite.ON_TWO_CORES:
                self.assertRegex(result.stdout, f"(?m)^{task} .*%.*%")

    def test_no_peers(self):
        result = subprocess.run(
            [BENCHMARK, "--suite=envs", "--peers"],
            capture_output=True,
            check=False,
            text=True,
        )
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr, "ERROR: --suite=envs has no --peers\n")


if __name__ == "__main__":
    unittest.main()
