"""Where the peers live: virtual environments with pinned versions."""

import os
import pathlib

from tools.benchmark.worker import Worker
from tools.virtual_environment import virtual_environment

FOLDER = pathlib.Path(__file__).parent / "peers"
# Name in tables -> script and its own flags.
PEERS = {
    "JAX": ("jax_peer.py",),
    "PyTorch": ("torch_peer.py", "--mode=eager"),
    "torch.compile": ("torch_peer.py", "--mode=compiled"),
}
# A user's settings for these do not count.
_OWN_SETTINGS = (
    "GOMP_",
    "JAX_",
    "KMP_",
    "MKL_",
    "OMP_",
    "OPENBLAS_",
    "PYTHON",
    "TORCH",
    "XLA_",
)


def install(folder):
    """Makes the virtual environment in `folder` unless it is there already."""
    virtual_environment.install(
        folder, FOLDER / "requirements.txt", "the peers (5 GB)"
    )


def install_for_gpu(folder):
    """The same for JAX on a GPU."""
    virtual_environment.install(
        folder, FOLDER / "requirements_gpu.txt", "JAX for GPUs (several GB)"
    )


def start_on_gpu(folder, scratch, quick):
    """Starts JAX on the GPU that CUDA shows first."""
    return _start("JAX", folder, 1, scratch, scratch, quick, "--device=cuda")


def start(peer, folder, threads, garnet, scratch, quick):
    """Starts a peer."""
    return _start(peer, folder, threads, garnet, scratch, quick)


def _start(peer, folder, threads, garnet, scratch, quick, *more):
    script, *flags = PEERS[peer]
    environment = {
        key: value
        for key, value in os.environ.items()
        if not key.startswith(_OWN_SETTINGS)
    }
    environment |= {
        "OMP_NUM_THREADS": str(threads),
        # Threads that wait for one another by spinning are up to 30 times
        # slower as soon as something else wants their core.
        "OMP_WAIT_POLICY": "passive",
        # Every process compiles for itself: its first run is one.
        "TORCHINDUCTOR_CACHE_DIR": f"{scratch}/inductor_{threads}",
        # JAX takes what it needs of a GPU's memory, not most of it at once.
        "XLA_PYTHON_CLIENT_PREALLOCATE": "false",
    }
    command = [f"{folder}/bin/python", "-B", str(FOLDER / script)]
    command += [*flags, *more]
    command += [f"--cores={threads}", f"--garnet={garnet}"]
    return Worker(peer, command + ["--quick"] * quick, environment)
