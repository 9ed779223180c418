"""Runs tests of GoogleTest and counts them."""

import collections
import json
import pathlib
import tempfile

from tools.gpu_report import process

Result = collections.namedtuple("Result", "status output passed failed skipped")


def run(program, gtest_filter="*", launcher=()):
    """A Result, whose last three are names of tests.

    Raises ProcessError where there is none to read.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = pathlib.Path(folder, "result.json")
        status, output = process.run(
            [*launcher, program, f"--gtest_filter={gtest_filter}"]
            + [f"--gtest_output=json:{path}"]
        )
        try:
            found = _read(json.loads(path.read_text(encoding="utf-8")))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise process.ProcessError(
                f"it left no result that can be read, and status {status}",
                process.tail(output),
            ) from error
    return Result(status, output, *found)


def _read(result):
    passed, failed, skipped = [], [], []
    for suite in result["testsuites"]:
        for test in suite["testsuite"]:
            name = f"{suite['name']}.{test['name']}"
            if test.get("failures"):
                failed.append(name)
            elif test["result"] == "COMPLETED":
                passed.append(name)
            elif test["result"] == "SKIPPED":
                skipped.append(name)
    return passed, failed, skipped


def describe(result):
    """In words; names of what has failed."""
    words = [f"{len(result.passed)} passed", f"{len(result.failed)} failed"]
    if result.failed:
        words[-1] += f" ({', '.join(result.failed)})"
    words.append(f"{len(result.skipped)} skipped")
    return ", ".join(words)


def is_fine(result):
    """Where there is a GPU nothing has a reason to be skipped."""
    return result.status == 0 and bool(result.passed) and not result.skipped
