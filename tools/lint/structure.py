"""The shape of the project: what is where, how large, and linted at all."""

import ast
import re
import subprocess

from tools.lint import source_tree

TOP_LEVEL = {"BUILD", "LICENSE", "README.md", "WORKSPACE", *source_tree.ROOMS}
MAX_LINES = 500  # of a source file
MAX_ENGINE_LINES = 6000  # of autodiff/ that are not blank, without its tests

# What an op's file holds for tests: its oracle and its samples.
_FOR_TESTS = re.compile(
    r"static (Doubles Oracle|std::vector<Sample> Samples)\b"
)


def top_level_problems(root):
    """Yields the entries of the root that should not be there.

    Only what git knows or would add counts: everybody has files of their own
    lying around.
    """
    listing = subprocess.run(
        ["git", "-c", f"safe.directory={root}", "ls-files", "--cached"]
        + ["--others", "--exclude-standard"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    entries = {line.split("/")[0] for line in listing.stdout.splitlines()}
    for entry in sorted(entries - TOP_LEVEL):
        if not entry.startswith("."):
            yield f"{entry} does not belong at the top level"


def count_engine_lines(text):
    """Returns how many lines are neither blank nor there for tests."""
    count = 0
    end = None  # the line that closes the function for tests we are in
    for line in text.splitlines():
        if end is not None:
            end = None if line == end else end
        elif _FOR_TESTS.match(line.strip()):
            indent = line[: len(line) - len(line.lstrip())]
            end = None if line.endswith("}") else indent + "}"
        elif line.strip():
            count += 1
    return count


def size_problems(root):
    """Yields the files, and rooms, that are too large."""
    engine = 0
    suffixes = source_tree.CPP + source_tree.PYTHON
    for path, text in source_tree.list_files(root, suffixes):
        lines = len(text.splitlines())
        if lines > MAX_LINES:
            yield f"{path}: {lines} lines, at most {MAX_LINES}"
        is_test = "_test" in path.name or "testing" in path.parts
        if path.parts[0] == "autodiff" and not is_test:
            engine += count_engine_lines(text)
    if engine > MAX_ENGINE_LINES:
        yield (
            f"autodiff/ has {engine} lines that are neither blank nor tests; "
            f"at most {MAX_ENGINE_LINES}"
        )


def lint_problems(root):
    """Yields the BUILD files whose C++ targets are not linted."""
    for path, text in source_tree.list_files(root, ("BUILD",)):
        rules = [
            statement.value.func.id
            for statement in ast.parse(text).body
            if isinstance(statement, ast.Expr)
            and isinstance(statement.value, ast.Call)
            and isinstance(statement.value.func, ast.Name)
        ]
        compiles = any(rule.startswith("cc_") for rule in rules)
        if path.parts[:2] == ("tools", "external"):
            continue  # Describes libraries that are not ours.
        if compiles and rules[-1] != "clang_tidy_test":
            yield f'{path}: must end with clang_tidy_test(name = "lint")'
