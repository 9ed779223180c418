"""Our files in Python's `safetensors`, and its files in our reader."""

import pathlib
import re
import subprocess
import tempfile
import unittest
import zlib

import numpy
from safetensors import SafetensorError, safe_open
from safetensors.numpy import load, load_file, save_file

EXCHANGE = pathlib.Path("tools/safetensors/exchange").absolute()

# As in exchange.cc.
METADATA = {"seed": "7", 'a "π"\n': ""}
FLOAT = numpy.finfo(numpy.float32)
TENSORS = {
    "bytes": numpy.array([0, 128, 255], numpy.uint8),
    "floats": numpy.array(
        [[[-1.5, FLOAT.max]], [[FLOAT.smallest_subnormal, 0.1]]], numpy.float32
    ),
    "doubles": numpy.array(
        [[0.1], [numpy.finfo(numpy.float64).min], [numpy.inf]]
    ),
    'ints "π"\n': numpy.array([-(2**31), 2**31 - 1], numpy.int32),
    "a long": numpy.array(-(2**63), numpy.int64),
    "none": numpy.zeros([0, 7]),
}


def exchange(command, path):
    """Returns the exit status of our program and its sentence."""
    result = subprocess.run(
        [EXCHANGE, command, path], capture_output=True, text=True, check=False
    )
    return result.returncode, result.stderr.strip()


class PythonTest(unittest.TestCase):
    def setUp(self):
        super().setUp()
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = pathlib.Path(folder.name) / "a.safetensors"

    def test_reads_ours(self):
        self.assertEqual(exchange("write", self.path), (0, ""))
        tensors = load_file(self.path)
        self.assertEqual(tensors.keys(), TENSORS.keys())
        for name, expected in TENSORS.items():
            with self.subTest(name):
                self.assertEqual(tensors[name].dtype, expected.dtype)
                self.assertEqual(tensors[name].shape, expected.shape)
                numpy.testing.assert_array_equal(tensors[name], expected)
        with safe_open(self.path, framework="numpy") as file:
            metadata = file.metadata()
        self.assertRegex(metadata.pop("checksum"), "^crc32 [0-9a-f]{8}$")
        self.assertEqual(metadata, METADATA)

    def test_finds_our_checksum(self):
        self.assertEqual(exchange("write", self.path), (0, ""))
        contents = self.path.read_bytes()
        digits = re.search(b'"checksum":"crc32 (.{8})"', contents)
        others = contents[: digits.start(1)] + contents[digits.end(1) :]
        self.assertEqual(digits[1].decode(), f"{zlib.crc32(others):08x}")

    def test_its_files_are_read(self):
        save_file(TENSORS, self.path, METADATA)
        self.assertEqual(exchange("read", self.path), (0, ""))
        # The elements are looked at.
        for name, tensor in TENSORS.items():
            if tensor.size > 0:
                other = {**TENSORS, name: numpy.zeros_like(tensor)}
                save_file(other, self.path, METADATA)
                self.assertEqual(
                    exchange("read", self.path),
                    (1, f"{name} has other elements"),
                )
        save_file(TENSORS, self.path, {"seed": "8"})
        self.assertEqual(exchange("read", self.path), (1, "other metadata"))

    def test_what_it_refuses_is_refused(self):
        for header in (
            '{"x":{"dtype":"U8","shape":[2],"data_offsets":[0,1]}}',
            '{"x":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}',
            '{"x":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}',
            '{"x":{"dtype":"U8","shape":[3],"data_offsets":[0,3]}}',
            '{"x":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}}',
            '{"x":{"dtype":"U8","shape":[2]}}',
            '{"__metadata__":{"x":1}}',
            "{}",
            "[]",
            "{",
        ):
            with self.subTest(header):
                text = header.encode()
                contents = len(text).to_bytes(8, "little") + text + b"AB"
                with self.assertRaises(SafetensorError):
                    load(contents)
                self.path.write_bytes(contents)
                status, sentence = exchange("read", self.path)
                self.assertEqual(status, 1)
                self.assertRegex(sentence, f"^{self.path} is ")


if __name__ == "__main__":
    unittest.main()
