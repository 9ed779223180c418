"""Every task beside the real dm_control, from fresh random seeds.

Needs, or makes, a virtual environment with dm_control.
"""

import json
import os
import pathlib
import pwd
import subprocess
import sys
import tempfile
import unittest

MAKE_GOLDEN = os.path.abspath("envs/make_golden/make_golden")
REPLAY_GOLDEN = os.path.abspath("envs/replay_golden")
PRINT_SPECS = os.path.abspath("envs/print_specs")


class SideBySideTest(unittest.TestCase):
    make_flags = []  # "--seed=N"

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # pylint: disable-next=consider-using-with
        scratch = tempfile.TemporaryDirectory()
        cls.addClassCleanup(scratch.cleanup)
        cls.folder = pathlib.Path(scratch.name)
        home = pwd.getpwuid(os.getuid()).pw_dir
        result = subprocess.run(
            [MAKE_GOLDEN, f"--output_dir={cls.folder}", *cls.make_flags],
            env={**os.environ, "HOME": home},
            check=False,
        )
        if result.returncode != 0:
            raise AssertionError(
                "make_golden failed, so nothing was compared; the first time "
                "it needs a network to fetch dm_control."
            )
        specs = subprocess.run(
            [PRINT_SPECS], capture_output=True, text=True, check=True
        )
        cls.specs = {
            spec["name"]: spec
            for spec in map(json.loads, specs.stdout.splitlines())
        }

    def test_numbers(self):
        result = subprocess.run(
            [REPLAY_GOLDEN, f"--golden_dir={self.folder}"],
            stderr=subprocess.STDOUT,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
        )
        print(result.stdout, flush=True)
        self.assertEqual(result.returncode, 0)

    def test_specs(self):
        paths = sorted(self.folder.glob("*.json"))
        finite = {"garnet"}
        self.assertEqual({p.stem for p in paths}, self.specs.keys() - finite)
        for path in paths:
            with self.subTest(path.stem):
                theirs = json.loads(path.read_text(encoding="utf-8"))
                ours = self.specs[theirs["task"]]
                self.assertEqual(
                    [(a["name"], a["size"]) for a in ours["observation"]],
                    [(a["name"], a["size"]) for a in theirs["observation"]],
                )
                self.assertEqual(
                    [(a["minimum"], a["maximum"]) for a in ours["action"]],
                    list(zip(theirs["action_min"], theirs["action_max"])),
                )
                self.assertEqual(
                    ours["control_timestep"], theirs["control_timestep"]
                )


if __name__ == "__main__":
    SideBySideTest.make_flags = sys.argv[1:]
    unittest.main(argv=sys.argv[:1])
