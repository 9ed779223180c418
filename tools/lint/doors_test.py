"""The doors between the rooms hold, and a hole in a wall is seen."""

import pathlib
import tempfile
import unittest

from tools.lint import doors
from tools.lint import source_tree

ROOT = source_tree.find_root()


class ProjectTest(unittest.TestCase):

    def fail_if(self, problems):
        text = "\n".join(problems)
        if text:
            self.fail(text)

    def test_includes(self):
        self.fail_if(doors.include_problems(ROOT))

    def test_package_groups(self):
        self.fail_if(doors.group_problems(ROOT))

    def test_visibility(self):
        self.fail_if(doors.visibility_problems(ROOT))


class DoorsTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def test_finds_a_forbidden_include(self):
        self.write("losses/td.cc", '#include "autodiff/ops.h"\n')
        self.write("rl/agent.cc", '#include "envs/environment.h"\n')
        self.assertEqual(list(doors.include_problems(self.root)), [])
        self.write("envs/garnet.cc", '#include "autodiff/ops.h"\n')
        self.write("autodiff/ops.cc", '#  include "mujoco/mujoco.h"\n')
        self.write("losses/vaml.h", '#include "td.h"\n')
        self.assertEqual(
            list(doors.include_problems(self.root)),
            [
                "autodiff/ops.cc: autodiff/ may not include mujoco/mujoco.h",
                "envs/garnet.cc: envs/ may not include autodiff/ops.h",
                "losses/vaml.h: losses/ may not include td.h",
            ],
        )

    def test_finds_a_wrong_package_group(self):
        build = (ROOT / "BUILD").read_text()
        self.write("BUILD", build)
        self.assertEqual(list(doors.group_problems(self.root)), [])
        self.write(
            "BUILD", build.replace('"//autodiff/...",', '"//envs/...",', 1)
        )
        problems = list(doors.group_problems(self.root))
        self.assertEqual(len(problems), 1)
        self.assertIn("//:autodiff_users holds ['envs', ", problems[0])

    def test_finds_an_open_wall(self):
        text = (
            'package(default_visibility = ["//:autodiff_users"])\n'
            'cc_library(name = "a", visibility = ["//autodiff:__pkg__"])\n'
        )
        self.write("autodiff/BUILD", text)
        self.assertEqual(list(doors.visibility_problems(self.root)), [])
        self.write("envs/BUILD", text)
        self.write(
            "losses/BUILD",
            '[cc_test(name = n, visibility = ["//visibility:public"])'
            ' for n in "ab"]\n',
        )
        self.assertEqual(
            list(doors.visibility_problems(self.root)),
            [
                "envs/BUILD: visibility //:autodiff_users is no door",
                "envs/BUILD: visibility //autodiff:__pkg__ is no door",
                "losses/BUILD: visibility //visibility:public is no door",
            ],
        )


if __name__ == "__main__":
    unittest.main()
