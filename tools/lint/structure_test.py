"""The project has the shape that structure.py describes."""

import pathlib
import subprocess
import tempfile
import unittest

from tools.lint import source_tree
from tools.lint import structure

ROOT = source_tree.find_root()


class ProjectTest(unittest.TestCase):

    def fail_if(self, problems):
        text = "\n".join(problems)
        if text:
            self.fail(text)

    def test_top_level(self):
        self.fail_if(structure.top_level_problems(ROOT))

    def test_sizes(self):
        self.fail_if(structure.size_problems(ROOT))

    def test_everything_is_linted(self):
        self.fail_if(structure.lint_problems(ROOT))


class StructureTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def test_finds_a_stray_folder(self):
        subprocess.run(["git", "init", "--quiet"], cwd=self.root, check=True)
        self.write(".gitignore", "results/\n")
        self.write("results/runs.csv", "")
        self.write("autodiff/op.h", "")
        self.assertEqual(list(structure.top_level_problems(self.root)), [])
        self.write("third_party/BUILD", "")
        self.assertEqual(
            list(structure.top_level_problems(self.root)),
            ["third_party does not belong at the top level"],
        )

    def test_finds_a_long_file(self):
        self.write("rl/agent.cc", "\n" * 500)
        self.assertEqual(list(structure.size_problems(self.root)), [])
        self.write("rl/agent.cc", "\n" * 501)
        self.assertEqual(len(list(structure.size_problems(self.root))), 1)

    def test_finds_a_large_engine(self):
        for i in range(13):
            self.write(f"autodiff/{i}.cc", "int x;\n" * 500)
            self.write(f"autodiff/{i}_test.cc", "int x;\n" * 500)
            self.write(f"autodiff/testing/{i}.cc", "int x;\n" * 500)
        self.assertEqual(list(structure.size_problems(self.root)), [])
        self.write("autodiff/blank.h", "\n  \n" + "int x;\n" * 50)
        self.write(
            "autodiff/ops/tanh.cc",
            "  static Doubles Oracle(const Call& call) {\n"
            "    if (call) {\n    }\n    return {};\n  }\n"
            "  static std::vector<Sample> Samples() { return {}; }\n",
        )
        self.assertEqual(list(structure.size_problems(self.root)), [])
        for i in range(8):
            self.write(f"autodiff/cuda/{i}.cuh", "int x;\n" * 500)
        self.assertEqual(list(structure.size_problems(self.root)), [])
        self.write("autodiff/one_more.h", "int x;\n")
        (problem,) = structure.size_problems(self.root)
        self.assertIn("autodiff/ has 6551 lines that are neither", problem)

    def test_finds_a_build_file_without_lint(self):
        self.write("rl/BUILD", 'cc_library(name = "a")\n')
        self.write("envs/BUILD", 'py_library(name = "a")\n')
        self.assertEqual(len(list(structure.lint_problems(self.root))), 1)
        self.write(
            "rl/BUILD",
            'cc_library(name = "a")\nclang_tidy_test(name = "lint")\n',
        )
        self.assertEqual(list(structure.lint_problems(self.root)), [])


if __name__ == "__main__":
    unittest.main()
