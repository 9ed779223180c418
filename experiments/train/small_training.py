"""Trainings of a second or so, and what they leave, for tests."""

import os
import resource
import shutil
import subprocess
import tempfile
import unittest

import numpy
from safetensors import safe_open

TRAIN = os.path.abspath("experiments/train/train")

# 1,500 decisions, of which the last 1,400 learn.
SMALL = [
    "--task=cartpole-swingup",
    "--network_width=16",
    "--latent_size=16",
    "--critic_bins=21",
    "--planner_iterations=1",
    "--planner_samples=8",
    "--planner_elites=4",
    "--batch_size=8",
    "--random_decisions=100",
    "--env_steps=3000",
    "--log_every=300",
    "--eval_every=1000",
    "--eval_episodes=1",
    "--threads=1",
    "--novideo",
]


def command(folder, *flags):
    """Of a small training; later flags override its own."""
    return [TRAIN, f"--output_dir={folder}", *SMALL, *flags]


def train(folder, *flags, file_size=resource.RLIM_INFINITY):
    """Runs one to its end; no file may grow beyond `file_size` bytes."""

    def limit():
        resource.setrlimit(
            resource.RLIMIT_FSIZE, (file_size, resource.RLIM_INFINITY)
        )

    return subprocess.run(
        command(folder, *flags),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=limit,
    )


def read(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return file.read()


def metrics(folder):
    """Lines of metrics.csv without the last column, the wall clock."""
    return [
        line.rpartition(",")[0]
        for line in read(folder, "metrics.csv").splitlines()
    ]


def checkpoints(folder):
    """Paths, the newest first."""
    folder = os.path.join(folder, "checkpoint")
    names = sorted(os.listdir(folder), reverse=True)
    return [
        os.path.join(folder, name)
        for name in names
        if name.startswith("decision_") and name.endswith(".safetensors")
    ]


def load(path):
    """Tensors and metadata, as the Python package reads them."""
    with safe_open(path, framework="numpy") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
        return tensors, file.metadata()


def segments(metadata):
    """Names of the replay's segments that a checkpoint lists."""
    ends = (part.split("-") for part in metadata["replay"].split())
    return [f"replay_{int(a):09}_{int(b):09}.safetensors" for a, b in ends]


def state(folder, capacity=1_000_000):
    """All that the newest checkpoint says but the wall clock, to compare.

    The replay's last `capacity` rows are among the tensors, however many
    segments hold them.
    """
    (newest, *_) = checkpoints(folder)
    tensors, metadata = load(newest)
    rows = [
        load(os.path.join(folder, "checkpoint", name))[0]
        for name in segments(metadata)
    ]
    for name in ("observations", "actions", "rewards", "end"):
        tensors[f"replay {name}"] = numpy.concatenate(
            [segment[name] for segment in rows]
        )[-capacity:]
    metadata["rows"] = metadata.pop("replay").split("-")[-1]
    for name, file in (("metrics", "metrics.csv"), ("eval", "eval.csv")):
        # The digits of the seconds are among the bytes.
        assert int(metadata.pop(f"{name}_bytes")) == os.path.getsize(
            os.path.join(folder, file)
        )
    for name in ("seconds", "checksum"):
        del metadata[name]
    return tensors, metadata


class TrainingTest(unittest.TestCase):
    """Has an empty folder of its own."""

    def setUp(self):
        super().setUp()
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def copy(self, folder, name="copy"):
        return shutil.copytree(folder, self.path(name))

    def train(self, folder, *flags):
        """A training that ends well."""
        result = train(folder, *flags)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result

    def assert_refused(self, result, *words):
        """One sentence that holds the words, last, and no success."""
        self.assertEqual(result.returncode, 1, result.stderr)
        *others, error = result.stderr.splitlines()
        self.assertRegex(error, "^ERROR: ")
        for line in others:
            self.assertNotIn("ERROR", line)
        for word in words:
            self.assertIn(word, error)
        self.assertNotIn("***", result.stderr)  # a crash's stack trace

    def assert_same_tensors(self, tensors, expected, but=()):
        """Bit for bit."""
        self.assertEqual(tensors.keys(), expected.keys())
        for name, tensor in tensors.items():
            if name not in but:
                self.assertEqual(tensor.dtype, expected[name].dtype, name)
                self.assertEqual(tensor.shape, expected[name].shape, name)
                self.assertEqual(
                    tensor.tobytes(), expected[name].tobytes(), name
                )

    def assert_same_training(self, folder, expected, capacity=1_000_000):
        """The same numbers and the same state, bit for bit."""
        self.assertEqual(metrics(folder), metrics(expected))
        self.assertEqual(read(folder, "eval.csv"), read(expected, "eval.csv"))
        tensors, metadata = state(folder, capacity)
        expected_tensors, expected_metadata = state(expected, capacity)
        self.assertEqual(metadata, expected_metadata)
        self.assert_same_tensors(tensors, expected_tensors)

    def assert_tidy(self, folder):
        """checkpoint/ holds two checkpoints and the segments they list."""
        newest, older = checkpoints(folder)
        expected = {os.path.basename(path) for path in (newest, older)}
        for path in (newest, older):
            expected.update(segments(load(path)[1]))
        self.assertEqual(
            set(os.listdir(os.path.join(folder, "checkpoint"))), expected
        )
