"""Asks the engine's program for every row once; how long they take does not
matter."""

import array
import json
import math
import os
import pathlib
import statistics
import subprocess
import tempfile
import unittest

from tools.benchmark import agent_suite, report

ENGINE = os.path.abspath("tools/benchmark/engine")


def run(*flags, cpus=None, asked=()):
    pinned = ["taskset", "-c", ",".join(map(str, cpus))] if cpus else []
    return subprocess.run(
        [*pinned, ENGINE, *flags],
        input="".join(row + "\n" for row in asked),
        capture_output=True,
        check=False,
        text=True,
    )


def core_sets():
    """Each number of CPUs that the benchmark may choose."""
    allowed = sorted(os.sched_getaffinity(0))
    return [allowed[:count] for count in (1, 2) if count <= len(allowed)]


class EngineTest(unittest.TestCase):
    def test_every_row_on_every_number_of_cores(self):
        table_rows = [*report.ROWS, *agent_suite.AgentSuite.rows]
        rows = sorted([*report.asked(table_rows), report.PEAK])
        for cpus in core_sets():
            result = run("--quick", cpus=cpus, asked=rows)
            self.assertEqual(result.returncode, 0, result.stderr)
            hello, *answers = map(json.loads, result.stdout.splitlines())
            self.assertEqual(sorted(hello["rows"]), rows)
            self.assertEqual([answer["row"] for answer in answers], rows)
            for answer in answers:
                with self.subTest(answer["row"], cpus=cpus):
                    self.assertGreater(answer["seconds"], 0)
                    self.assertTrue(math.isfinite(answer["seconds"]))
                    for number in answer["check"]:
                        self.assertTrue(math.isfinite(number))
            work = {answer["row"]: answer for answer in answers}
            self.assertGreater(work["mlp_128"]["first_run"], 0)
            for _, row, kind in table_rows:
                if kind is report.MEGABYTES:
                    self.assertGreater(work[row]["memory"], 1e7, row)
                if kind is report.GFLOPS:
                    self.assertGreater(work[row]["flop"], 0, row)
                if kind is report.GBS:
                    self.assertGreater(work[row]["bytes"], 0, row)
            # One learner a core, and each has its loss.
            self.assertEqual(len(work["garnet_2"]["check"]), len(cpus))

    def test_peak_is_that_of_all_cores(self):
        peaks = []
        for cpus in core_sets():
            result = run("--quick", cpus=cpus, asked=[report.PEAK])
            peaks.append(json.loads(result.stdout.splitlines()[-1])["flop"])
        self.assertEqual(peaks, [peaks[0], 2 * peaks[0]][: len(peaks)])

    def test_first_run(self):
        for cpus in core_sets():
            result = run("--first_run", cpus=cpus)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(json.loads(result.stdout), {"loss": 1})
            result = run("--first_update", cpus=cpus)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertGreater(json.loads(result.stdout)["loss"], 0)

    def test_garnet_learners(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertEqual(run(f"--write_garnet={folder}").returncode, 0)
            for rank in (2, 10, 50):
                path = pathlib.Path(folder, f"garnet_{rank}.f32")
                numbers = array.array("f", path.read_bytes())
                sizes = [50 * 50, 50, 50 * rank, rank * 50]
                self.assertEqual(len(numbers), 40 * sum(sizes))
                models = set()
                for begin in range(0, len(numbers), sum(sizes)):
                    for row in range(50):
                        at = begin + 50 * row
                        self.assertAlmostEqual(
                            sum(numbers[at : at + 50]), 1, places=5
                        )
                    model = numbers[begin + 2550 : begin + sum(sizes)]
                    self.assertLess(abs(statistics.pstdev(model) - 0.01), 2e-3)
                    models.add(model.tobytes())
                # One for each seed, whatever the temperature.
                self.assertEqual(len(models), 8)

    def test_refuses_what_it_does_not_know(self):
        for flags, asked, sentence in (
            (["quick"], [], '"quick" is not a flag'),
            (["--write_garnet=/dev/null/a"], [], "cannot write"),
            (["--device=gpu"], [], "--device must be auto, cpu or cuda"),
            (["--quick"], ["mpl_128"], 'there is no row "mpl_128"'),
        ):
            result = run(*flags, asked=asked)
            self.assertEqual(result.returncode, 1)
            self.assertIn("ERROR: ", result.stderr)
            self.assertIn(sentence, result.stderr)
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)


if __name__ == "__main__":
    unittest.main()
