"""What install() does without a network; peers_test and side_by_side_test show
the rest."""

import pathlib
import tempfile
import unittest

from tools.virtual_environment import virtual_environment


class VirtualEnvironmentTest(unittest.TestCase):
    def setUp(self):
        # pylint: disable-next=consider-using-with
        scratch = tempfile.TemporaryDirectory()
        self.addCleanup(scratch.cleanup)
        self.scratch = pathlib.Path(scratch.name)
        self.folder = self.scratch / "environment"
        self.requirements = self.scratch / "requirements.txt"

    def install(self, text):
        self.requirements.write_text(text, encoding="utf-8")
        virtual_environment.install(self.folder, self.requirements, "it")

    def test_once(self):
        self.install("# nothing\n")
        self.assertTrue((self.folder / "bin/python").exists())
        ours = self.folder / "ours.txt"
        ours.touch()
        self.install("# nothing\n")
        self.assertTrue(ours.exists())
        self.install("# nothing else\n")  # Another list: from scratch.
        self.assertFalse(ours.exists())

    def test_what_cannot_be_had(self):
        with self.assertRaisesRegex(
            virtual_environment.InstallError, "pip install.*failed: .*package.whl"
        ):
            self.install("/nowhere/package.whl\n")
        self.assertFalse((self.folder / "installed.txt").exists())

    def test_never_over_something_else(self):
        self.folder.mkdir()
        (self.folder / "letter").touch()
        with self.assertRaisesRegex(
            virtual_environment.InstallError, "holds something else"
        ):
            self.install("# nothing\n")
        self.assertTrue((self.folder / "letter").exists())


if __name__ == "__main__":
    unittest.main()
