"""The shape of the project: what is where, how large, and linted at all."""

import ast
import re
import subprocess

from tools.lint import source_tree

TOP_LEVEL = {"BUILD", "LICENSE", "README.md", "WORKSPACE", *source_tree.ROOMS}
MAX_LINES = 500  # of a source file
# Of autodiff/ that are not blank, without tests: the engine, and the CUDA
# backend with its emulator.
MAX_ENGINE_LINES = 6550
MAX_CUDA_LINES = 4000

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
    engine = {"autodiff/": 0, "autodiff/cuda/": 0}
    suffixes = source_tree.CPP + source_tree.PYTHON
    for path, text in source_tree.list_files(root, suffixes):
        lines = len(text.splitlines())
        if lines > MAX_LINES:
            yield f"{path}: {lines} lines, at most {MAX_LINES}"
        is_test = "_test" in path.name or "testing" in path.parts
        if path.parts[0] == "autodiff" and not is_test:
            is_cuda = path.parts[1] == "cuda"
            part = "autodiff/cuda/" if is_cuda else "autodiff/"
            engine[part] += count_engine_lines(text)
    limits = {"autodiff/": MAX_ENGINE_LINES, "autodiff/cuda/": MAX_CUDA_LINES}
    for part, lines in engine.items():
        if lines > limits[part]:
            yield (
                f"{part} has {lines} lines that are neither blank nor tests; "
                f"at most {limits[part]}"
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
