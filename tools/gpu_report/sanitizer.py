"""Runs tests under NVIDIA's compute-sanitizer."""

import os
import re
import shutil

from tools.gpu_report import gtest, process

# Of memory out of bounds, races in shared memory, memory that nobody has
# written, and barriers.
TOOLS = ("memcheck", "racecheck", "initcheck", "synccheck")

# The tests' own status is 0 or 1.
_FOUND_SOMETHING = 86

_SUMMARY = re.compile(r"SUMMARY: (\d+) (?:error|hazard)")


def find():
    """Where compute-sanitizer is, in the toolkit or on the PATH; or None."""
    home = os.environ.get("CUDA_HOME", "/usr/local/cuda")
    path = os.pathsep.join([f"{home}/bin", os.environ.get("PATH", "")])
    return shutil.which("compute-sanitizer", path=path)


def run(tool, program, gtest_filter):
    """Returns the number of errors found and the tests' Result.

    Raises ProcessError where there is no number to read.
    """
    found = find()
    if found is None:
        raise process.ProcessError(
            "not run: there is no compute-sanitizer in $CUDA_HOME/bin or on "
            "the PATH"
        )
    launcher = [found, f"--tool={tool}", f"--error-exitcode={_FOUND_SOMETHING}"]
    result = gtest.run(program, gtest_filter, launcher)
    summaries = _SUMMARY.findall(result.output)
    if not summaries:
        raise process.ProcessError(
            f"{tool} printed no summary", process.tail(result.output)
        )
    return sum(map(int, summaries)), result
