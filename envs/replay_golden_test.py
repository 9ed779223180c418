"""replay_golden as a user calls it: its table, its exit status, bad input."""

import os
import pathlib
import shutil
import struct
import subprocess
import tempfile
import unittest

PROGRAM = pathlib.Path("envs/replay_golden").absolute()
GOLDEN = pathlib.Path("envs/testdata").absolute()
TASK = "pendulum-swingup"


class ReplayGoldenTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        for suffix in (".idx", ".bin"):
            shutil.copy(GOLDEN / (TASK + suffix), self.folder)
            (self.folder / (TASK + suffix)).chmod(0o644)

    def replay(self, *arguments):
        return subprocess.run(
            [PROGRAM, *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )

    def expect_error(self, words, *arguments):
        result = self.replay(*(arguments or ("--golden_dir=.",)))
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertTrue(result.stderr.startswith("ERROR: "), result.stderr)
        self.assertIn(words, result.stderr)
        return result.stdout

    def index(self):
        return (self.folder / (TASK + ".idx")).read_text(encoding="utf-8")

    def write_index(self, text):
        (self.folder / (TASK + ".idx")).write_text(text, encoding="utf-8")

    def test_good_files(self):
        result = self.replay("--golden_dir=.")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(TASK, result.stdout)
        self.assertIn("All within tolerance.", result.stdout)
        self.assertEqual(
            sorted(p.name for p in self.folder.iterdir()),
            [TASK + ".bin", TASK + ".idx"],
        )

    def test_copied_with_its_runfiles(self):
        runfiles = pathlib.Path(os.environ["TEST_SRCDIR"])
        shutil.copy(PROGRAM, self.folder / "replay_golden")
        copy = self.folder / "replay_golden.runfiles"
        for path in ("dm_control/dm_control/suite", "cvaml/_solib_k8"):
            shutil.copytree(runfiles / path, copy / path)
        result = subprocess.run(
            [self.folder / "replay_golden", f"--golden_dir={self.folder}"],
            cwd="/",
            env={},
            capture_output=True,
            text=True,
            check=False,
        )
        self.assertEqual(result.returncode, 0, result.stderr)

    def test_models_elsewhere(self):
        self.expect_error(
            "no model file /nowhere/pendulum.xml",
            "--golden_dir=.",
            "--models_dir=/nowhere",
        )

    def test_one_changed_number(self):
        (line,) = [
            line
            for line in self.index().splitlines()
            if line.startswith("array 0 obs ")
        ]
        offset, columns = int(line.split()[5]), int(line.split()[4])
        path = self.folder / (TASK + ".bin")
        data = bytearray(path.read_bytes())
        at = 8 * (offset + 7 * columns)
        (number,) = struct.unpack_from("<d", data, at)
        struct.pack_into("<d", data, at, number + 1e-8)
        path.write_bytes(data)
        table = self.expect_error("1 of 1 tasks are beyond tolerance")
        self.assertIn("WRONG: resync by", table)

    def test_no_folder_named(self):
        self.expect_error("--golden_dir is missing", "--golden_dir=")

    def test_folder_without_files(self):
        self.expect_error("no golden files", "--golden_dir=nowhere")

    def test_missing_numbers(self):
        (self.folder / (TASK + ".bin")).unlink()
        self.expect_error(f"cannot read {self.folder}/{TASK}.bin")

    def test_short_numbers(self):
        path = self.folder / (TASK + ".bin")
        path.write_bytes(path.read_bytes()[:-8])
        self.expect_error("has only")

    def test_broken_index(self):
        self.write_index(self.index() + "arry 1 2\n")
        self.expect_error("is neither an array nor an episode: arry 1 2")

    def test_missing_array(self):
        self.write_index(self.index().replace("array static ctrl", "array x y"))
        self.expect_error("has no array static ctrl")

    def test_unknown_task(self):
        for suffix in (".idx", ".bin"):
            path = self.folder / (TASK + suffix)
            path.rename(self.folder / ("pendulum-swigup" + suffix))
        self.expect_error("near it: pendulum-swingup")


if __name__ == "__main__":
    unittest.main()
