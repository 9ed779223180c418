"""Writes what an independent agent in JAX computes, for //rl:reference_test.

    bazel run //rl/reference -- --output_dir=rl/testdata

The first time installs JAX in a virtual environment.
"""

import os
import pathlib
import subprocess
import sys

from tools.command_line.command_line import Parser, from_users_folder
from tools.virtual_environment import virtual_environment

HERE = pathlib.Path(__file__).absolute().parent
FOLDER = "~/.cache/cvaml/jax"


def parse(argv):
    parser = Parser(__doc__)
    parser.add_argument("--output_dir", required=True)
    parser.add_argument(
        "--seed",
        type=int,
        default=1,
        help="of parameters, batches and noise, below 2^31 (default: 1)",
    )
    parser.add_argument(
        "--jax_dir",
        default=FOLDER,
        help="where JAX is installed (default: %(default)s)",
    )
    arguments = parser.parse_args(argv)
    if not 0 <= arguments.seed < 2**31:
        parser.error(f"--seed={arguments.seed} must be from 0 to 2^31 - 1")
    arguments.output_dir = from_users_folder(arguments.output_dir)
    arguments.jax_dir = from_users_folder(arguments.jax_dir)
    return arguments


def main(argv=None):
    arguments = parse(argv)
    try:
        os.makedirs(arguments.output_dir, exist_ok=True)
        virtual_environment.install(
            arguments.jax_dir, HERE / "requirements.txt", "JAX (0.4 GB)"
        )
    except (OSError, virtual_environment.InstallError) as error:
        sys.exit(f"ERROR: {error}")
    command = [f"{arguments.jax_dir}/bin/python", "-B"]
    command += [HERE / "write_reference.py", f"--seed={arguments.seed}"]
    command += [f"--output_dir={arguments.output_dir}"]
    sys.exit(subprocess.run(command, check=False).returncode)


if __name__ == "__main__":
    main()
