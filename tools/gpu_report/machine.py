"""What is measured on, as [label, value] pairs."""

import csv
import os

from tools.benchmark import cores
from tools.gpu_report import process

# What nvidia-smi is asked -> how it is shown.
_ASKED = {
    "name": "GPU",
    "driver_version": "driver",
    "compute_cap": "compute capability",
    "memory.total": "memory",
    "clocks.max.sm": "highest clock of the multiprocessors",
    "clocks.max.mem": "highest clock of the memory",
    "clocks.sm": "clock of the multiprocessors before all this",
    "power.limit": "power limit",
}


def describe(device):
    """`device` is what our program calls the GPU.

    Raises ProcessError if nvidia-smi is there and cannot be understood.
    """
    found = [["measured on", device], ["CPU", cores.machine()]]
    found += [["CUDA toolkit", _toolkit()]]
    try:
        status, output = process.run(
            ["nvidia-smi", f"--query-gpu={','.join(_ASKED)}"]
            + ["--format=csv,noheader"]
        )
    except process.ProcessError as error:
        return [*found, ["nvidia-smi", str(error)]]
    gpus = list(csv.reader(output.splitlines(), skipinitialspace=True))
    if status != 0 or not gpus or any(len(gpu) != len(_ASKED) for gpu in gpus):
        raise process.ProcessError(
            f"nvidia-smi gives no list of GPUs, but status {status}", output
        )
    for gpu in gpus:
        found += map(list, zip(_ASKED.values(), gpu))
    return found


def _toolkit():
    """What nvcc says of itself."""
    home = os.environ.get("CUDA_HOME", "/usr/local/cuda")
    try:
        _, output = process.run([f"{home}/bin/nvcc", "--version"])
    except process.ProcessError as error:
        return str(error)
    return (output.strip().splitlines() or ["nvcc says nothing"])[-1]
