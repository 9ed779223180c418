"""Asks the engine's program for every row once; how long they take does not
matter."""

import json
import math
import os
import subprocess
import unittest

from tools.benchmark import report

ENGINE = os.path.abspath("tools/benchmark/engine")


def run(*flags, asked=()):
    return subprocess.run(
        [ENGINE, *flags],
        input="".join(row + "\n" for row in asked),
        capture_output=True,
        check=False,
        text=True,
    )


class EngineTest(unittest.TestCase):
    def test_every_row_on_every_number_of_cores(self):
        rows = sorted([*report.ASKED, report.PEAK])
        for cores in range(1, 1 + min(2, len(os.sched_getaffinity(0)))):
            result = run("--quick", f"--cores={cores}", asked=rows)
            self.assertEqual(result.returncode, 0, result.stderr)
            hello, *answers = map(json.loads, result.stdout.splitlines())
            self.assertEqual(sorted(hello["rows"]), rows)
            self.assertEqual([answer["row"] for answer in answers], rows)
            for answer in answers:
                with self.subTest(answer["row"], cores=cores):
                    self.assertGreater(answer["seconds"], 0)
                    self.assertTrue(math.isfinite(answer["seconds"]))
                    for number in answer["check"]:
                        self.assertTrue(math.isfinite(number))
            work = {answer["row"]: answer for answer in answers}
            self.assertGreater(work["mlp_128"]["first_run"], 0)
            for _, row, kind in report.ROWS:
                if kind is report.GFLOPS:
                    self.assertGreater(work[row]["flop"], 0, row)
                if kind is report.GBS:
                    self.assertGreater(work[row]["bytes"], 0, row)
            # One learner a core, and each has its loss.
            self.assertEqual(len(work["garnet_2"]["check"]), cores)

    def test_refuses_what_it_does_not_know(self):
        for flags, asked, sentence in (
            (["--cores=0"], [], "--cores=0 must be 1 to"),
            (["quick"], [], '"quick" is not a flag'),
            (["--write_garnet=/dev/null/a"], [], "cannot write"),
            (["--quick"], ["mpl_128"], 'there is no row "mpl_128"'),
        ):
            result = run(*flags, asked=asked)
            self.assertEqual(result.returncode, 1)
            self.assertIn("ERROR: ", result.stderr)
            self.assertIn(sentence, result.stderr)
            self.assertEqual(result.stderr.count("\n"), 1, result.stderr)


if __name__ == "__main__":
    unittest.main()
