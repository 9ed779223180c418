"""Writes what trainings have recorded as TensorBoard's event files.

    bazel run //tools/tensorboard -- results/a results/b

Every column of metrics.csv and the mean return of each evaluation are scalars
over env steps; the time is that since the training began. A file from an
earlier call is replaced. The first time installs TensorBoard in a virtual
environment.
"""

import json
import os
import pathlib
import subprocess
import sys

from tools.command_line.command_line import Parser, from_users_folder
from tools.tensorboard import scalars
from tools.training_run import training_run
from tools.virtual_environment import virtual_environment

HERE = pathlib.Path(__file__).absolute().parent
ENVIRONMENT = "~/.cache/cvaml/tensorboard"
FILE = "events.out.tfevents.cvaml"  # TensorBoard looks for `tfevents`.


def parse(argv):
    parser = Parser(__doc__)
    parser.add_argument(
        "folders",
        nargs="+",
        metavar="DIR",
        help="with the metrics.csv and eval.csv of a training",
    )
    parser.add_argument(
        "--logdir",
        help="gets a folder for each DIR (default: DIR/tensorboard)",
    )
    parser.add_argument(
        "--tensorboard_dir",
        default=ENVIRONMENT,
        help="where TensorBoard is installed (default: %(default)s)",
    )
    arguments = parser.parse_args(argv)
    arguments.folders = [
        os.path.normpath(from_users_folder(path)) for path in arguments.folders
    ]
    if arguments.logdir is not None:
        arguments.logdir = from_users_folder(arguments.logdir)
        names = [os.path.basename(path) for path in arguments.folders]
        for name in names:
            if names.count(name) > 1:
                parser.error(f"two DIR are called {name}: leave --logdir out")
    arguments.tensorboard_dir = from_users_folder(arguments.tensorboard_dir)
    return arguments


def event_files(arguments):
    """path -> events"""
    files = {}
    for folder in arguments.folders:
        if arguments.logdir is None:
            target = os.path.join(folder, "tensorboard")
        else:
            target = os.path.join(arguments.logdir, os.path.basename(folder))
        run = training_run.read_run(folder)
        files[os.path.join(target, FILE)] = scalars.events(run)
    return files


def main(argv=None):
    arguments = parse(argv)
    try:
        files = event_files(arguments)
        virtual_environment.install(
            arguments.tensorboard_dir,
            HERE / "requirements.txt",
            "TensorBoard (0.2 GB)",
        )
    except (
        OSError,
        training_run.RecordError,
        virtual_environment.InstallError,
    ) as error:
        sys.exit(f"ERROR: {error}")
    programs = f"{arguments.tensorboard_dir}/bin"
    result = subprocess.run(
        [f"{programs}/python", "-I", "-B", HERE / "write_events.py"],
        input=json.dumps(files),
        text=True,
        check=False,
    )
    if result.returncode == 0:
        logdir = arguments.logdir or os.path.commonpath(arguments.folders)
        print(f"To look at them: {programs}/tensorboard --logdir={logdir}")
    sys.exit(result.returncode)


if __name__ == "__main__":
    main()
