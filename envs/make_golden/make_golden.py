"""Writes golden files with the real dm_control.

    bazel run //envs/make_golden -- --output_dir=DIR
    bazel run //envs:replay_golden -- --golden_dir=DIR

The first time installs dm_control in a virtual environment.
"""

import os
import pathlib
import random
import subprocess
import sys
import tempfile

from tools.command_line.command_line import Parser, from_users_folder
from tools.virtual_environment import virtual_environment

HERE = pathlib.Path(__file__).absolute().parent
FOLDER = "~/.cache/cvaml/dm_control"
TASKS = (
    "acrobot-swingup",
    "ball_in_cup-catch",
    "cartpole-balance",
    "cartpole-swingup",
    "cheetah-run",
    "dog-run",
    "dog-stand",
    "dog-trot",
    "dog-walk",
    "finger-spin",
    "fish-swim",
    "fish-upright",
    "hopper-hop",
    "hopper-stand",
    "humanoid-run",
    "humanoid-stand",
    "humanoid-walk",
    "pendulum-swingup",
    "quadruped-run",
    "quadruped-walk",
    "reacher-easy",
    "walker-run",
    "walker-stand",
    "walker-walk",
)


def parse(argv):
    parser = Parser(__doc__)
    parser.add_argument("--output_dir", required=True)
    parser.add_argument(
        "--seed",
        type=int,
        help="of resets, states and actions, below 2^32 (default: a new one)",
    )
    parser.add_argument(
        "--tasks",
        default=",".join(TASKS),
        help="names with commas between them (default: all)",
    )
    parser.add_argument(
        "--dm_control_dir",
        default=FOLDER,
        help="where dm_control is installed (default: %(default)s)",
    )
    arguments = parser.parse_args(argv)
    if arguments.seed is None:
        arguments.seed = random.SystemRandom().randrange(2**32)
    if not 0 <= arguments.seed < 2**32:
        parser.error(f"--seed={arguments.seed} must be from 0 to 2^32 - 1")
    arguments.tasks = arguments.tasks.split(",")
    for task in arguments.tasks:
        if task not in TASKS:
            parser.error(
                f'there is no task "{task}"; there are {", ".join(TASKS)}'
            )
    arguments.output_dir = from_users_folder(arguments.output_dir)
    arguments.dm_control_dir = from_users_folder(arguments.dm_control_dir)
    return arguments


def write(arguments):
    """Returns the exit status."""
    command = [f"{arguments.dm_control_dir}/bin/python", "-B"]
    command += [HERE / "write_golden.py", f"--seed={arguments.seed}"]
    command += [f"--output_dir={arguments.output_dir}", *arguments.tasks]
    # MuJoCo may leave a log in the working folder.
    with tempfile.TemporaryDirectory() as scratch:
        result = subprocess.run(command, cwd=scratch, check=False)
    return result.returncode


def main(argv=None):
    arguments = parse(argv)
    try:
        os.makedirs(arguments.output_dir, exist_ok=True)
        virtual_environment.install(
            arguments.dm_control_dir,
            HERE / "requirements.txt",
            "dm_control (0.5 GB)",
        )
    except (OSError, virtual_environment.InstallError) as error:
        sys.exit(f"ERROR: {error}")
    print(f"--seed={arguments.seed}", flush=True)
    sys.exit(write(arguments))


if __name__ == "__main__":
    main()
