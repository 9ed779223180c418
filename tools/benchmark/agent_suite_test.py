"""The suite `agent` as a user calls it; how fast it is does not matter."""

import json
import os
import pathlib
import subprocess
import tempfile
import unittest

from tools.benchmark import agent_suite, cores, report

BENCHMARK = os.path.abspath("tools/benchmark/benchmark")
# Products of the dog's update and action with the stochastic model, in GFLOP.
UPDATE, ACTION = 7.5, 17.7


class AgentSuiteTest(unittest.TestCase):
    def test_as_a_user_calls_it(self):
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "figures.json")
            result = subprocess.run(
                [BENCHMARK, "--suite=agent", "--quick", "--rounds=1"]
                + [f"--json={path}"],
                capture_output=True,
                check=False,
                text=True,
            )
            self.assertEqual(result.returncode, 0, result.stderr)
            figures = json.loads(path.read_text(encoding="utf-8"))
        self.assertEqual(figures["problems"], [])
        counts = min(2, len(cores.separate(os.sched_getaffinity(0))))
        samples = report.Samples()
        samples.all = figures["samples"]
        for count in range(1, counts + 1):
            for row in report.asked(agent_suite.AgentSuite.rows):
                (found,) = samples.find("ours", count, row)
                # The aim for programs and state.
                self.assertLess(found["memory"], 250e6, row)
            for program, gflop in (("update", UPDATE), ("planner", ACTION)):
                (found,) = samples.find(
                    "ours", count, f"{program}_dog_stochastic"
                )
                self.assertAlmostEqual(found["flop"] / 1e9, gflop, delta=0.1)
        for label in ("update, dog, stochastic", "planner, humanoid, "):
            self.assertRegex(result.stdout, f"(?m)^{label}.*GFLOP/s.*%")

    def test_one_update_for_any_number_of_cores(self):
        losses = set()
        engine = os.path.abspath("tools/benchmark/engine")
        for cpus in {str(min(os.sched_getaffinity(0))), "0-1023"}:
            result = subprocess.run(
                ["taskset", "-c", cpus, engine, "--first_update"],
                capture_output=True,
                check=True,
                text=True,
            )
            losses.add(result.stdout)
        self.assertEqual(len(losses), 1, losses)


if __name__ == "__main__":
    unittest.main()
