"""Format of the source files.

    bazel run //tools/lint:format    # formats the C++ files in place
"""

import subprocess
import sys

from tools.lint import source_tree

CLANG_FORMAT = "clang-format-16"
CPP = (".cc", ".cu", ".cuh", ".h")
TEXT = CPP + (".bzl", ".inc", ".md", ".py", ".sh", "BUILD", "WORKSPACE")
AT_MOST_80_COLUMNS = (".bzl", ".py", ".sh")


def run_clang_format(root, *options):
    """Returns the exit status and messages of clang-format on all C++ files."""
    files = [str(path) for path, _ in source_tree.list_files(root, CPP)]
    if not files:
        return 0, ""
    try:
        result = subprocess.run(
            [CLANG_FORMAT, "--style=file", *options, *files],
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
    except FileNotFoundError:
        return 1, f"{CLANG_FORMAT} is missing: run ./tools/setup.sh"
    return result.returncode, result.stdout


def text_problems(path, text):
    """Yields what is wrong with the blanks and line lengths of a file."""
    if text and not text.endswith("\n"):
        yield f"{path}: no newline at the end"
    if text.endswith("\n\n"):
        yield f"{path}: empty lines at the end"
    for number, line in enumerate(text.splitlines(), start=1):
        if "\t" in line:
            yield f"{path}:{number}: tab"
        if line != line.rstrip():
            yield f"{path}:{number}: blank at the end of the line"
        if path.name.endswith(AT_MOST_80_COLUMNS) and len(line) > 80:
            yield f"{path}:{number}: {len(line)} columns, at most 80"


def main():
    status, messages = run_clang_format(source_tree.find_root(), "-i")
    print(messages, end="")
    sys.exit(status)


if __name__ == "__main__":
    main()
