"""How fast we are on this machine, and beside others.

    bazel run //tools/benchmark                    # the engine
    bazel run //tools/benchmark -- --peers         # and JAX and PyTorch
    bazel run //tools/benchmark -- --suite=agent   # updates and actions
    bazel run //tools/benchmark -- --suite=envs    # environments, bare MuJoCo

All programs do the same computations, stay on the same cores and take turns
row by row; a ratio is that of two measurements one after the other.
"""

import json
import os
import sys

from tools.benchmark import cores
from tools.benchmark.agent_suite import AgentSuite
from tools.benchmark.engine_suite import EngineSuite
from tools.benchmark.envs_suite import EnvsSuite
from tools.benchmark.worker import WorkerError
from tools.command_line.command_line import Parser, from_users_folder

SUITES = {"agent": AgentSuite, "engine": EngineSuite, "envs": EnvsSuite}
CORE_COUNTS = (1, 2)
PEERS_FOLDER = "~/.cache/cvaml/peers"


def parse(argv):
    parser = Parser(__doc__)
    parser.add_argument(
        "--suite",
        choices=SUITES,
        default="engine",
        help="what is measured (default: %(default)s)",
    )
    parser.add_argument(
        "--peers",
        action="store_true",
        help="measures JAX and PyTorch, too; the first time installs them",
    )
    parser.add_argument(
        "--peers_dir",
        default=PEERS_FOLDER,
        help="where they are installed (default: %(default)s)",
    )
    parser.add_argument(
        "--rounds", type=int, default=5, help="measurements of each row"
    )
    parser.add_argument("--json", help="a file for all measurements")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="times single runs, to try the benchmark out",
    )
    arguments = parser.parse_args(argv)
    if arguments.peers and arguments.suite == "envs":
        parser.error(f"--suite={arguments.suite} has no --peers")
    if arguments.rounds < 1:
        parser.error(f"--rounds={arguments.rounds} must be at least 1")
    arguments.peers_dir = from_users_folder(arguments.peers_dir)
    if arguments.json:
        arguments.json = from_users_folder(arguments.json)
        try:
            with open(arguments.json, "a", encoding="utf-8"):
                pass
        except OSError as error:
            parser.error(f"cannot write --json={arguments.json}: {error}")
    return arguments


def main(argv=None):
    arguments = parse(argv)
    allowed = cores.separate(os.sched_getaffinity(0))
    core_counts = [count for count in CORE_COUNTS if count <= len(allowed)]
    suite = SUITES[arguments.suite](arguments)
    try:
        suite.measure([allowed[:count] for count in core_counts])
    except WorkerError as error:
        sys.exit(f"ERROR: {error}")
    suite.print_tables(core_counts)
    if arguments.json:
        figures = {"cpu": cores.machine()} | suite.figures()
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(figures, file, indent=1)


if __name__ == "__main__":
    main()
