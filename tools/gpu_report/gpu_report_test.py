"""The whole command over programs that stand in for those of a GPU."""

import contextlib
import io
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import unittest
from unittest import mock

from tools.benchmark import peer_environment
from tools.gpu_report import gpu_report, process, speed

PROGRAM = os.path.abspath("tools/gpu_report/gpu_report")

ENGINE = """#!/usr/bin/python3
import json, sys
print(json.dumps({"program": "ours", "device": "Fake GPU", "rows": []}),
      flush=True)
seconds = 5e-4 if "--tf32" in sys.argv else 1e-3
for line in sys.stdin:
    print(json.dumps({
        "row": line.strip(), "seconds": seconds, "flop": 7e9, "bytes": 5e8,
        "launches": 77, "check": [2.5],
        "h100": {"starting": 1e-6, "moving": 2e-6, "computing": 3e-6},
    }), flush=True)
"""

# JAX as the peers' Python would run it.
JAX = """#!/usr/bin/python3
import json, sys
assert "--device=cuda" in sys.argv
print(json.dumps({"program": "JAX 0", "rows": []}), flush=True)
for line in sys.stdin:
    print(json.dumps({
        "row": line.strip(), "seconds": 4e-3, "flop": 7e9, "bytes": 5e8,
        "check": [2.5],
    }), flush=True)
"""

# Tests of GoogleTest, of which some fail.
TESTS = """#!/usr/bin/python3
import json, sys
flags = dict(flag.split("=", 1) for flag in sys.argv[1:])
def test(name, result="COMPLETED", **more):
    return dict(name=name, result=result, **more)
tests = [test("A"), test("B")] + {more}
if flags["--gtest_filter"] != "*":
    tests = tests[:1]
with open(flags["--gtest_output"].removeprefix("json:"), "w") as file:
    json.dump({{"testsuites": [{{"name": "Gpu", "testsuite": tests}}]}}, file)
print("said by tests")
sys.exit(any("failures" in test for test in tests))
"""

SANITIZER = """#!/bin/sh
tool="${1#--tool=}"
shift 2
"$@" || exit $?
case "${tool}" in
  racecheck) echo "===== RACECHECK SUMMARY: 0 hazards displayed (0 errors)";;
  *) echo "===== ERROR SUMMARY: 0 errors";;
esac
"""

SMI = """#!/bin/sh
echo "Fake GPU, 600.1, 9.0, 80000 MiB, 1980 MHz, 2619 MHz, 345 MHz, 700.00 W"
"""


class GpuReportTest(unittest.TestCase):
    def setUp(self):
        # pylint: disable-next=consider-using-with
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.folder = pathlib.Path(scratch.name)
        self.output = self.folder / "report.md"
        self.script("engine", ENGINE)
        self.script("bin/compute-sanitizer", SANITIZER)
        self.script("bin/nvcc", "#!/bin/sh\necho release 13.9\n")
        self.script("bin/nvidia-smi", SMI)
        self.write_tests("[]")
        self.script("jax/bin/python", JAX)
        requirements = peer_environment.FOLDER / "requirements_gpu.txt"
        (self.folder / "jax/installed.txt").write_text(
            requirements.read_text(encoding="utf-8"), encoding="utf-8"
        )
        for patch in (
            mock.patch.object(speed, "ENGINE", str(self.folder / "engine")),
            mock.patch.dict(
                os.environ,
                CUDA_HOME=str(self.folder),
                PATH=f"{self.folder}/bin:/usr/bin:/bin",
            ),
        ):
            patch.start()
            self.addCleanup(patch.stop)

    def script(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)

    def write_tests(self, more):
        self.script("tests", TESTS.format(more=more))

    def run_command(self):
        """Returns the status, the report and the steps by name."""
        status = 0
        with contextlib.redirect_stdout(io.StringIO()):
            with contextlib.redirect_stderr(io.StringIO()):
                try:
                    gpu_report.main(
                        [f"--output={self.output}", "--rounds=2"]
                        + [f"--peers_dir={self.folder}/jax"]
                        + ["--test", str(self.folder / "tests"), "*.A"]
                    )
                except SystemExit as end:
                    status = end.code
        results = json.loads(
            self.output.with_suffix(".json").read_text(encoding="utf-8")
        )
        found = {
            step["name"].replace(f"{self.folder}/", ""): step
            for step in results["steps"]
        }
        return status, self.output.read_text(encoding="utf-8"), found

    def assert_only_failure(self, name, sentence):
        """That step fails, with a sentence, and the rest is done."""
        status, report, steps = self.run_command()
        self.assertEqual(status, 1)
        verdict = report.replace(f"{self.folder}/", "").splitlines()[2]
        self.assertEqual(verdict, f"7 of 8 steps are fine. Not fine: {name}.")
        self.assertIn(sentence, steps[name]["says"])
        self.assertIn(sentence, report)
        return report

    def test_all_is_fine(self):
        status, report, steps = self.run_command()
        self.assertEqual(status, 0)
        self.assertTrue(report.startswith("# GPU report: Fake GPU\n\n8 of 8 "))
        self.assertEqual(
            steps["tests"]["says"], "2 passed, 0 failed, 0 skipped"
        )
        for tool in ("memcheck", "racecheck", "initcheck", "synccheck"):
            self.assertEqual(
                steps[f"{tool} of tests"]["says"],
                "0 error(s); 1 passed, 0 failed, 0 skipped",
            )
        for words in ("| driver | 600.1 |", "release 13.9", "1980 MHz"):
            self.assertIn(words, report)
        for row in speed.AGENT_ROWS:
            self.assertIn(
                f"| {row} | 1,000 (1,000-1,000) | 77 | 500 | 7.00 | 100% "
                "| 100% | 1.00 + 2.00 + 3.00 = 6.00 |",
                report,
            )
            self.assertIn(
                f"| {row} | 1,000 (1,000-1,000) | 500 (500-500) | 4,000 "
                "(4,000-4,000) | 4.00 (4.00-4.00) | 2.00 (2.00-2.00) |",
                report,
            )

    def test_a_test_that_fails_or_is_skipped(self):
        self.write_tests('[test("C", failures=[{}])]')
        report = self.assert_only_failure(
            "tests", "2 passed, 1 failed (Gpu.C), 0 skipped"
        )
        self.assertIn("said by tests", report)
        self.write_tests('[test("C", "SKIPPED")]')
        self.assert_only_failure("tests", "2 passed, 0 failed, 1 skipped")

    def test_tests_that_leave_no_result(self):
        for text, sentence in (
            ("#!/bin/sh\necho lost; exit 3\n", "status 3"),
            ('#!/bin/sh\necho "[]" > "${2#*json:}"\n', "can be read"),
        ):
            self.script("tests", text)
            status, report, steps = self.run_command()
            self.assertEqual(status, 1)
            self.assertIn(sentence, steps["tests"]["says"])
            self.assertIn("3 of 8 steps are fine", report)

    def test_a_test_that_hangs(self):
        self.script("tests", "#!/bin/sh\nsleep 1000 & wait\n")
        with mock.patch.object(process, "LIMIT_SECONDS", 0.2):
            _, _, steps = self.run_command()
        self.assertEqual(steps["tests"]["says"], "it did not end within 0.2 s")

    def test_errors_that_a_sanitizer_finds(self):
        for found, number in (
            ("ERROR SUMMARY: 1 error", 1),
            ("RACECHECK SUMMARY: 23 hazards", 23),
        ):
            text = SANITIZER.replace("RACECHECK SUMMARY: 0 hazards", found)
            self.script("bin/compute-sanitizer", text)
            self.assert_only_failure(
                "racecheck of tests", f"{number} error(s); 1 passed"
            )

    def test_a_sanitizer_without_summary(self):
        text = SANITIZER.replace("RACECHECK SUMMARY", "nothing")
        self.script("bin/compute-sanitizer", text)
        self.assert_only_failure("racecheck of tests", "printed no summary")

    def test_no_sanitizer(self):
        (self.folder / "bin/compute-sanitizer").unlink()
        status, report, steps = self.run_command()
        self.assertEqual(status, 1)
        self.assertIn("4 of 8 steps are fine", report)
        sentence = steps["memcheck of tests"]["says"]
        self.assertIn("not run: there is no compute-sanitizer", sentence)

    def test_jax_that_cannot_be_installed(self):
        (self.folder / "jax/installed.txt").unlink()
        report = self.assert_only_failure("JAX", "not installed: ")
        self.assertIn("| 500 (500-500) | - | - |", report)

    def test_programs_that_answer_something_else(self):
        for old, new, sentence in (
            ('"check": [2.5]', '"check": [2.6]', "JAX computes another"),
            (
                "print(json",
                "sys.exit('Error: no GPU')\nprint(json",
                "JAX ended at start: Error: no GPU",
            ),
            (
                "in sys.stdin:",
                "in sys.stdin:\n    print('?')",
                "JAX answered to product: ?",
            ),
        ):
            self.script("jax/bin/python", JAX.replace(old, new, 1))
            self.assert_only_failure("speed", sentence)

    def test_our_own_program_that_fails(self):
        text = ENGINE.replace(
            "for line in sys.stdin:",
            "for line in sys.stdin:\n    if 'dog' in line: sys.exit('lost')",
        )
        self.script("engine", text)
        report = self.assert_only_failure("speed", "ours ended at update_dog")
        self.assertIn("| update_humanoid_stochastic | 1,000 ", report)
        self.assertIn("| update_dog_stochastic | - |", report)

    def test_nvidia_smi(self):
        self.script("bin/nvidia-smi", "#!/bin/sh\necho what; exit 9\n")
        self.assert_only_failure("machine", "but status 9")
        (self.folder / "bin/nvidia-smi").unlink()
        status, report, _ = self.run_command()
        self.assertEqual(status, 0)
        self.assertIn("| measured on | Fake GPU |", report)
        self.assertIn("| nvidia-smi | nvidia-smi does not start", report)

    def test_interrupted(self):
        """As by Ctrl-C while tests run: what is finished is written."""
        text = f"#!/bin/sh\nkill -INT {os.getpid()}\nsleep 1000\n"
        self.script("tests", text)
        status, report, steps = self.run_command()
        self.assertEqual(status, 1)
        self.assertTrue(steps["machine"]["fine"])
        self.assertIn("1 of 8 steps are fine. Not run: ", report)


    def test_no_tests(self):
        """As without Bazel, which names them."""
        with self.assertRaisesRegex(SystemExit, "no tests to run: start it by"):
            gpu_report.main([f"--output={self.output}"])
        self.assertFalse(self.output.exists())


class RefusalTest(unittest.TestCase):
    """As a user calls it, on a machine or in a build without a GPU."""

    def refuse(self, output):
        result = subprocess.run(
            [PROGRAM, f"--output={output}"],
            capture_output=True,
            check=False,
            env={**os.environ, "CUDA_VISIBLE_DEVICES": "-1"},
            text=True,
        )
        self.assertEqual(result.returncode, 1)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        return result.stderr

    def test_no_gpu(self):
        with tempfile.TemporaryDirectory() as folder:
            self.assertRegex(
                self.refuse(f"{folder}/report.md"),
                "^ERROR: (no GPU to run on: |.*build it with --config=cuda)",
            )
            self.assertEqual(os.listdir(folder), [])

    def test_bad_output(self):
        for output, sentence in (
            ("/nowhere/report.md", "cannot write --output=/nowhere/report.md"),
            ("report.txt", "report.txt must end in .md"),
        ):
            self.assertIn(sentence, self.refuse(output))


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.default_int_handler)
    unittest.main()
