"""Peers compute what we do. Needs, or makes, their virtual environment."""

import json
import os
import pathlib
import pwd
import subprocess
import tempfile
import unittest

from tools.benchmark import peer_environment, report

PROGRAM = os.path.abspath("tools/benchmark/benchmark")


class PeersTest(unittest.TestCase):
    def test_engine(self):
        self.check("engine", {"mlp_128", "mlp_1024", "garnet_10"})

    def test_agent(self):
        rows = {f"{program}_dog_{model}" for program in ("update", "planner")
                for model in ("deterministic", "stochastic")}
        self.check("agent", rows)

    def check(self, suite, some_rows):
        """Peers have these rows, and compute in all what we do."""
        home = pwd.getpwuid(os.getuid()).pw_dir
        with tempfile.TemporaryDirectory() as folder:
            path = pathlib.Path(folder, "figures.json")
            subprocess.run(
                [PROGRAM, f"--suite={suite}", "--quick", "--rounds=1"]
                + ["--peers", f"--json={path}"],
                check=True,
                env={**os.environ, "HOME": home},
            )
            figures = json.loads(path.read_text(encoding="utf-8"))
        self.assertEqual(figures["problems"], [])
        ours = {
            (s["cores"], s["row"]): s
            for s in figures["samples"]
            if s["program"] == "ours"
        }
        for peer in peer_environment.PEERS:
            theirs = [s for s in figures["samples"] if s["program"] == peer]
            rows = {s["row"] for s in theirs}
            self.assertLess(some_rows, rows)
            for s in theirs:
                difference = report.differences(
                    ours[s["cores"], s["row"]], s
                )
                self.assertLess(difference, report.CHECK_TOLERANCE, s)
                # No noise of another program makes the same actions.
                if not s["row"].startswith("planner"):
                    self.assertGreater(len(s["check"]), 0, s)


if __name__ == "__main__":
    unittest.main()
