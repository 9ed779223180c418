"""Every file has the project's format, and this test would see if not."""

import pathlib
import shutil
import tempfile
import unittest

from tools.lint import format as formatter
from tools.lint import source_tree

ROOT = source_tree.find_root()
FIX = "\nTo format C++ files: bazel run //tools/lint:format"


class ProjectTest(unittest.TestCase):

    def test_clang_format(self):
        status, messages = formatter.run_clang_format(
            ROOT, "--dry-run", "-Werror"
        )
        if status != 0:
            self.fail(messages + FIX)

    def test_text(self):
        problems = [
            problem
            for path, text in source_tree.list_files(ROOT, formatter.TEXT)
            for problem in formatter.text_problems(path, text)
        ]
        if problems:
            self.fail("\n".join(problems))


class FormatTest(unittest.TestCase):

    def test_clang_format_finds_a_violation(self):
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            shutil.copy(ROOT / ".clang-format", root)
            (root / "envs").mkdir()
            (root / "envs/bad.h").write_text("int  f( );\n")
            status, messages = formatter.run_clang_format(
                root, "--dry-run", "-Werror"
            )
        self.assertNotEqual(status, 0)
        self.assertIn("envs/bad.h:1:4: error", messages)

    def test_text_problems(self):
        def count(name, text):
            path = pathlib.Path(name)
            return len(list(formatter.text_problems(path, text)))

        self.assertEqual(count("a.py", "x = 1\n"), 0)
        self.assertEqual(count("a.py", "x = 1"), 1)
        self.assertEqual(count("a.py", "x = 1\n\n"), 1)
        self.assertEqual(count("a.py", "x = 1 \n"), 1)
        self.assertEqual(count("a.py", "\tx = 1\n"), 1)
        self.assertEqual(count("a.py", "x" * 81 + "\n"), 1)
        self.assertEqual(count("a.md", "x" * 81 + "\n"), 0)


if __name__ == "__main__":
    unittest.main()
