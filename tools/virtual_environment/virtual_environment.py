"""A Python virtual environment with pinned versions."""

import pathlib
import subprocess
import sys


class InstallError(Exception):
    """One sentence."""


def install(folder, requirements, what):
    """Makes it in `folder` unless it is there already.

    `requirements` is a file for pip that lists everything: dependencies are not
    looked for. `what` is said while that lasts.
    """
    folder = pathlib.Path(folder)
    wanted = pathlib.Path(requirements).read_text(encoding="utf-8")
    done = folder / "installed.txt"  # Written last.
    if done.is_file() and done.read_text(encoding="utf-8") == wanted:
        return
    # What follows clears the folder.
    if folder.exists() and not (folder / "pyvenv.cfg").is_file():
        if any(folder.iterdir()):
            raise InstallError(
                f"{folder} holds something else than a virtual environment."
            )
    print(f"Installing {what} in {folder} ...", file=sys.stderr)
    _run([sys.executable, "-m", "venv", "--clear", str(folder)])
    _run(
        [str(folder / "bin/python"), "-m", "pip", "install", "--quiet"]
        + ["--no-cache-dir", "--no-deps", "-r", str(requirements)]
    )
    done.write_text(wanted, encoding="utf-8")


def _run(command):
    result = subprocess.run(
        command, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        lines = (result.stderr or result.stdout).strip().splitlines() or [""]
        raise InstallError(
            f"`{' '.join(command[:4])} ...` failed: {lines[-1]}"
        )
