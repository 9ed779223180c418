"""Flags and folders as a user gives them."""

import argparse
import os
import sys


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one sentence; its description is shown as it is."""

    def __init__(self, description):
        super().__init__(
            description=description,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )

    def error(self, message):
        sys.exit(f"ERROR: {message}")


def from_users_folder(path):
    """Under `bazel run` the working folder is one of Bazel's."""
    folder = os.environ.get("BUILD_WORKING_DIRECTORY", os.getcwd())
    return os.path.join(folder, os.path.expanduser(path))
