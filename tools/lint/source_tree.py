"""The files of the source tree, for tests that look at all of them.

Such tests are tagged `external` and `local` in BUILD: Bazel does not know what
they read, so it must neither cache their result nor run them elsewhere.
"""

import os
import pathlib

CPP = (".cc", ".cu", ".cuh", ".h", ".inc")
PYTHON = (".py",)
ROOMS = ("autodiff", "envs", "experiments", "losses", "rl", "tools")


def find_root():
    """Returns the root of the source tree, from within a test or `run`."""
    # In runfiles, WORKSPACE is a link to the file in the source tree.
    return pathlib.Path(
        os.environ.get("BUILD_WORKSPACE_DIRECTORY")
        or pathlib.Path("WORKSPACE").resolve().parent
    )


def list_files(root, suffixes=("",)):
    """Yields (path from root, text) of the rooms' and the root's files.

    A suffix is the end of a file's name. Skips hidden files and what a run may
    have left behind: links, results/, __pycache__/.
    """
    for folder, subfolders, names in os.walk(root):
        folder = pathlib.Path(folder)
        subfolders[:] = sorted(
            name
            for name in subfolders
            if not name.startswith((".", "__"))
            and name != "results"
            and not (folder / name).is_symlink()
            and (folder != root or name in ROOMS)
        )
        for name in sorted(names):
            path = folder / name
            if name.endswith(suffixes) and not (
                name.startswith(".") or path.is_symlink()
            ):
                yield path.relative_to(root), path.read_text(encoding="utf-8")
