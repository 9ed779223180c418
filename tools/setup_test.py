"""Runs setup.sh on pretended machines; apt-get there only writes a log."""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

SETUP = pathlib.Path("tools/setup.sh").resolve()


class Machine:
    """A root folder whose usr/bin is all of PATH: Debian 12, all installed."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.apt_log = self.root / "apt.log"
        for folder in ["etc", "proc", "usr/bin"]:
            (self.root / folder).mkdir(parents=True)
        self.write("etc/os-release", "ID=debian\nVERSION_ID=12\n")
        self.write("proc/cpuinfo", "flags\t\t: fpu avx fma avx2\n")
        for name in ["cat", "env", "grep", "mktemp", "rm", "tail"]:
            os.symlink(shutil.which(name), self.root / "usr/bin" / name)
        self.command("apt-get", f'echo "$*" >> {self.apt_log}')
        self.command("bazel", "")
        self.command("uname", "echo x86_64")
        self.installed_except("")

    def write(self, path, text):
        (self.root / path).write_text(text)

    def command(self, name, body):
        self.write(f"usr/bin/{name}", f"#!/bin/bash\n{body}\n")
        (self.root / "usr/bin" / name).chmod(0o755)

    def installed_except(self, package):
        self.command(
                "dpkg-query",
                '[[ "$1 $2" == "--show --showformat="* ]] || exit 2\n'
            'for name in "${@:3}"; do\n'
                f'  [[ "$name" == "{package}" ]] || echo "installed $name"\n'
                "done",
        )

    def setup(self, user="root"):
        """Returns (exit status, output, the lines of arguments of apt-get)."""
        # EUID is read-only in bash: a copy of the script asks another variable.
        script = self.root / "setup.sh"
        script.write_text(SETUP.read_text().replace("EUID", "FAKE_EUID"))
        result = subprocess.run(
                ["/bin/bash", str(script)],
                env={
                        "FAKE_EUID": "0" if user == "root" else "1000",
                        "PATH": str(self.root / "usr/bin"),
                        "SETUP_ROOT": str(self.root),
                },
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
        )
        log = self.apt_log.read_text() if self.apt_log.exists() else ""
        return result.returncode, result.stdout, log.splitlines()


class SetupTest(unittest.TestCase):

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.machine = Machine(folder.name)

    def test_nothing_is_missing(self):
        status, output, apt = self.machine.setup()
        self.assertEqual((status, output), (0, "setup: nothing to install.\n"))
        self.assertEqual(apt, [])

    def test_installs_what_is_missing_and_only_that(self):
        self.machine.installed_except("g++")
        status, output, apt = self.machine.setup()
        self.assertEqual(status, 0, output)
        self.assertEqual(
                apt, ["update", "install --yes --no-install-recommends g++"]
        )

    def test_uses_sudo(self):
        self.machine.installed_except("libabsl-dev")
        self.machine.command("sudo", 'echo sudo >> "$SETUP_ROOT/apt.log"; "$@"')
        status, output, apt = self.machine.setup(user="somebody")
        self.assertEqual(status, 0, output)
        self.assertEqual(
                apt,
                [
                        "sudo",
                        "update",
                        "sudo",
                        "install --yes --no-install-recommends libabsl-dev",
                ],
        )

    def test_neither_root_nor_sudo(self):
        self.machine.installed_except("libabsl-dev")
        status, output, apt = self.machine.setup(user="somebody")
        self.assertEqual(status, 1)
        self.assertIn(
                "apt-get update && "
                "apt-get install --yes --no-install-recommends libabsl-dev\n",
                output,
        )
        self.assertEqual(apt, [])

    def test_apt_fails(self):
        self.machine.installed_except("g++")
        self.machine.command("apt-get", "echo 'E: no network' >&2; exit 100")
        status, output, _ = self.machine.setup()
        self.assertEqual(status, 1)
        self.assertIn("E: no network\nsetup: apt-get failed", output)

    def test_other_system(self):
        self.machine.write("etc/os-release", "ID=ubuntu\nVERSION_ID=22.04\n")
        status, output, _ = self.machine.setup()
        self.assertEqual(status, 1)
        self.assertEqual(
                output,
                "setup: this is ubuntu 22.04 on x86_64; "
                "only Debian 12 on x86_64 is supported.\n",
        )

    def test_other_processor(self):
        self.machine.command("uname", "echo aarch64")
        status, output, _ = self.machine.setup()
        self.assertEqual(status, 1)
        self.assertIn("debian 12 on aarch64", output)

    def test_no_avx2(self):
        self.machine.write("proc/cpuinfo", "flags\t\t: fpu avx fma\n")
        status, output, _ = self.machine.setup()
        self.assertEqual(status, 1)
        self.assertIn("no AVX2", output)

    def test_another_bazel_comes_first(self):
        os.remove(self.machine.root / "usr/bin/bazel")
        status, output, _ = self.machine.setup()
        self.assertEqual(status, 1)
        self.assertIn("must come first in PATH", output)


if __name__ == "__main__":
    unittest.main()
