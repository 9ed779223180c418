"""Starts //experiments:example as a user would."""

import os
import shutil
import subprocess
import tempfile
import unittest

PROGRAM = os.path.abspath("experiments/example")
# No runfiles of this test's: the program must find its own.
ENVIRONMENT = {
    key: value
    for key, value in os.environ.items()
    if key not in ("RUNFILES_DIR", "TEST_SRCDIR", "RUNFILES_MANIFEST_FILE")
}
SMALL = ("--points=1,2", "--seeds=2", "--nofigures")


class CommandLineTest(unittest.TestCase):
    def setUp(self):
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def start(self, *arguments, program=PROGRAM, **environment):
        return subprocess.run(
            [program, *arguments],
            capture_output=True,
            check=False,
            cwd=self.folder,
            env={"MPLCONFIGDIR": self.folder, **ENVIRONMENT, **environment},
            text=True,
        )

    def assert_refused(self, sentence, *arguments):
        result = self.start(*arguments)
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertIn(sentence, result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertEqual(os.listdir(self.folder), [])

    def read(self, *path):
        with open(os.path.join(self.folder, *path), encoding="utf-8") as file:
            return file.read()

    def test_explicit_flags_override_the_preset_in_any_order(self):
        for arguments in (
            ("--preset=quick", "--seeds=1", "--points=7"),
            ("--seeds=1", "--points=7", "--preset=quick"),
            ("--seeds", "1", "--points=7", "--preset", "quick"),
        ):
            result = self.start(*arguments, "--output_dir=out", "--nofigures")
            self.assertEqual(result.returncode, 0, result.stderr)
            config = self.read("out", "config.flags")
            self.assertIn("\n--seeds=1\n", config)
            self.assertIn("\n--points=7\n", config)
            self.assertIn("\n--dimensions=2,3,6\n", config)
            shutil.rmtree(os.path.join(self.folder, "out"))

    def test_unknown_preset(self):
        self.assert_refused(
            'ERROR: there is no preset "fast"; the presets of example are: '
            "quick, slow\n",
            "--preset=fast",
        )

    def test_unknown_flag(self):
        self.assert_refused("Unknown command line flag 'pionts'", "--pionts=1")

    def test_illegal_value(self):
        self.assert_refused("Illegal value 'x' specified for flag", "--seeds=x")
        for threads in ("-1", "1025", "100000"):
            self.assert_refused(
                f"--threads={threads}: it must be from 0 to 1024",
                f"--threads={threads}",
            )
        self.assert_refused("--points=0: it must be", "--points=0")

    def test_argument_that_is_no_flag(self):
        self.assert_refused('"quick" is not a flag', "quick")
        self.assert_refused('"quick" is not a flag', "--preset=quick", "quick")

    def test_output_folder(self):
        user = os.path.join(self.folder, "user")
        os.mkdir(user)
        for arguments, path in (
            (("--output_dir=a/b",), "user/a/b"),
            (("--output_dir=" + self.folder + "/c",), "c"),
            (("--preset=",), "user/results/example"),
            ((), "user/results/example_quick"),
        ):
            result = self.start(
                *SMALL, *arguments, BUILD_WORKING_DIRECTORY=user
            )
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertIn("mean", self.read(path, "summary.csv"))

    def test_config_replays(self):
        self.start(*SMALL, "--norm=3", "--output_dir=first", "--figures")
        path = os.path.join(self.folder, "first", "config.flags")
        flagfile = "--flagfile=" + path
        result = self.start(flagfile)
        self.assertIn("nothing to run", result.stderr)
        result = self.start(flagfile, "--output_dir=second")
        self.assertEqual(result.returncode, 0, result.stderr)
        for name in ("summary.csv", "error.png", "error.svg"):
            with open(os.path.join(self.folder, "first", name), "rb") as file:
                first = file.read()
            with open(os.path.join(self.folder, "second", name), "rb") as file:
                self.assertEqual(file.read(), first)

    def test_changed_setting(self):
        self.start(*SMALL, "--output_dir=out")
        before = self.read("out", "runs.csv")
        result = self.start(*SMALL, "--output_dir=out", "--norm=1")
        self.assertEqual(result.returncode, 1)
        self.assertIn("made with --norm=2, and now it is", result.stderr)
        self.assertEqual(self.read("out", "runs.csv"), before)

    def test_finds_its_presets_through_a_link_and_in_a_copy(self):
        copy = os.path.join(self.folder, "copy")
        link = os.path.join(self.folder, "link")
        shutil.copy(PROGRAM, copy)
        os.symlink(copy, link)
        runfiles = PROGRAM[: PROGRAM.rindex(".runfiles/") + len(".runfiles")]
        for folder in ("experiments/presets", "tools/plots"):
            shutil.copytree(
                os.path.join(runfiles, "cvaml", folder),
                os.path.join(copy + ".runfiles", "cvaml", folder),
            )
        small = ("--preset=quick", "--dimensions=1", "--points=1", "--seeds=1")
        for program, extra in ((copy, ()), (link, ("--nofigures",))):
            result = self.start(*small, *extra, program=program)
            self.assertEqual(result.returncode, 0, result.stderr)
        os.rename(copy + ".runfiles", copy + ".away")
        result = self.start(*small, program=copy)
        self.assertEqual(result.returncode, 1)
        self.assertIn("cannot find experiments/presets", result.stderr)

    def test_help_lists_every_flag(self):
        result = self.start("--help")
        self.assertIn("Measures the volume", result.stdout)
        for flag in ("norm", "points", "preset", "output_dir", "threads"):
            self.assertIn(f"--{flag} (", result.stdout)


if __name__ == "__main__":
    unittest.main()
