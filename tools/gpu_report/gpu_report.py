"""Runs all that is worth running on a GPU, and writes a report.

    bazel run --config=cuda //tools/gpu_report -- --output=report.md

Tests, speed beside JAX on the same GPU, and tests under compute-sanitizer. The
report is written after every step, and all measurements beside it, as JSON.
"""

import datetime
import json
import os
import pathlib
import subprocess
import sys

from tools.benchmark.worker import say
from tools.command_line.command_line import Parser, from_users_folder
from tools.gpu_report import speed, steps, text


def parse(argv):
    parser = Parser(__doc__)
    parser.add_argument(
        "--output",
        default="gpu_report.md",
        help="the report, NAME.md; NAME.json besides (default: %(default)s)",
    )
    parser.add_argument(
        "--peers_dir",
        default="~/.cache/cvaml/gpu_peers",
        help="where JAX is installed, at first (default: %(default)s)",
    )
    parser.add_argument(
        "--rounds", type=int, default=5, help="measurements of each row"
    )
    parser.add_argument(
        "--quick", action="store_true", help="times single runs, to try it out"
    )
    parser.add_argument(
        "--test",
        action="append",
        default=[],
        nargs=2,
        metavar=("PROGRAM", "FILTER"),
        help="tests, and those to sanitize (given by the BUILD file)",
    )
    arguments = parser.parse_args(argv)
    if arguments.rounds < 1:
        parser.error(f"--rounds={arguments.rounds} must be at least 1")
    arguments.peers_dir = from_users_folder(arguments.peers_dir)
    output = pathlib.Path(from_users_folder(arguments.output))
    if output.suffix != ".md":
        parser.error(f"--output={output} must end in .md")
    if output.is_dir() or not os.access(output.parent, os.W_OK | os.X_OK):
        parser.error(f"cannot write --output={output}")
    arguments.output = output
    return arguments


def find_gpu():
    """What our program calls it; ends with its sentence if there is none."""
    result = subprocess.run(
        [speed.ENGINE, "--device=cuda"],
        capture_output=True,
        check=False,
        stdin=subprocess.DEVNULL,
        text=True,
    )
    try:
        return json.loads(result.stdout.splitlines()[0])["device"]
    except (IndexError, KeyError, TypeError, ValueError):
        lines = result.stderr.strip().splitlines()
        sys.exit((lines or ["ERROR: our program does not start"])[-1])


def write(results, output):
    """The report, and all measurements."""
    output.with_suffix(".json").write_text(
        json.dumps(results, indent=1) + "\n", encoding="utf-8"
    )
    output.write_text(text.markdown(results), encoding="utf-8")


def main(argv=None):
    arguments = parse(argv)
    begun = datetime.datetime.now().isoformat(" ", "seconds")
    results = steps.start(find_gpu(), begun)
    if not arguments.test:
        sys.exit(
            "ERROR: there are no tests to run: start it by `bazel run "
            "--config=cuda //tools/gpu_report`"
        )
    planned = steps.plan(results, arguments)
    results["steps"] = [
        {"name": name, "fine": None, "says": "", "log": ""}
        for name, _ in planned
    ]
    try:
        for i, (name, function) in enumerate(planned):
            say(f"[{i + 1}/{len(planned)}] {name}")
            results["steps"][i] |= steps.run(function)
            write(results, arguments.output)
    except KeyboardInterrupt:
        write(results, arguments.output)
        say("Interrupted.")
    print(f"{text.verdict(results)}\n{arguments.output}")
    if not all(step["fine"] for step in results["steps"]):
        sys.exit(1)


if __name__ == "__main__":
    main()
