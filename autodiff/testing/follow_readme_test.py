"""The example of "Add an op" is the op in the engine, word for word."""

import pathlib
import unittest

from autodiff.testing import follow_readme

PAGE = pathlib.Path("autodiff/README.md").read_text(encoding="utf-8")


class PageTest(unittest.TestCase):

    def test_the_file_is_the_ops(self):
        _, file, _ = follow_readme.example(PAGE)
        op = pathlib.Path("autodiff/ops/tanh.cc").read_text(encoding="utf-8")
        self.assertEqual(file, op)

    def test_the_formula_is_the_ops(self):
        formula, _, _ = follow_readme.example(PAGE)
        path = pathlib.Path("autodiff/ops/formulas.h")
        self.assertIn(f"\n{formula}\n", path.read_text(encoding="utf-8"))

    def test_the_row_is_in_the_op_list(self):
        _, _, row = follow_readme.example(PAGE)
        rows = pathlib.Path("autodiff/op_list.inc").read_text(encoding="utf-8")
        self.assertRegex(row, r"^ELEMENTWISE\(Tanh, .*\)\n$")
        self.assertIn(f"\n{row}", rows)


class PatchTest(unittest.TestCase):

    def test_replaces_lines(self):
        self.assertEqual(
            follow_readme.patch("a\nb\nc\nd\n", "-b\n-c\n+x\n-d\n+y\n+z\n"),
            "a\nx\ny\nz\n",
        )

    def test_refuses_what_is_not_there_once(self):
        for text in ("a\n", "b\nb\n"):
            with self.assertRaises(ValueError):
                follow_readme.patch(text, "-b\n+x\n")

    def test_refuses_other_lines(self):
        with self.assertRaises(ValueError):
            follow_readme.patch("b\n", " a\n-b\n+x\n")


if __name__ == "__main__":
    unittest.main()
