"""Where the peers live: a virtual environment with pinned versions."""

import os
import pathlib
import subprocess
import sys

from tools.benchmark.worker import Worker

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


class InstallError(Exception):
    """One sentence."""


def install(folder):
    """Makes the virtual environment in `folder` unless it is there already."""
    folder = pathlib.Path(folder)
    wanted = (FOLDER / "requirements.txt").read_text(encoding="utf-8")
    done = folder / "installed.txt"  # Written last.
    if done.is_file() and done.read_text(encoding="utf-8") == wanted:
        return
    # What follows clears the folder.
    if folder.exists() and not (folder / "pyvenv.cfg").is_file():
        if any(folder.iterdir()):
            raise InstallError(
                f"{folder} holds something else than a virtual "
                "environment."
            )
    print(f"Installing the peers in {folder} (5 GB) ...", file=sys.stderr)
    _run([sys.executable, "-m", "venv", "--clear", str(folder)])
    _run(
        [str(folder / "bin/python"), "-m", "pip", "install", "--quiet"]
        + ["--no-cache-dir", "--no-deps", "-r"]
        + [str(FOLDER / "requirements.txt")]
    )
    done.write_text(wanted, encoding="utf-8")


def start(peer, folder, threads, garnet, scratch, quick):
    """Starts a peer."""
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
    }
    command = [f"{folder}/bin/python", "-B", str(FOLDER / script), *flags]
    command += [f"--cores={threads}", f"--garnet={garnet}"]
    return Worker(peer, command + ["--quick"] * quick, environment)


def _run(command):
    result = subprocess.run(
        command, capture_output=True, text=True, check=False
    )
    if result.returncode != 0:
        lines = (result.stderr or result.stdout).strip().splitlines() or [""]
        raise InstallError(
            f"`{' '.join(command[:4])} ...` failed: {lines[-1]}"
        )
