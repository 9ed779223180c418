"""What //rl/reference refuses; //rl:reference_test reads what it writes."""

import pathlib
import subprocess
import tempfile
import unittest

PROGRAM = pathlib.Path("rl/reference/reference").absolute()


class ReferenceProgramTest(unittest.TestCase):
    def test_one_sentence(self):
        with tempfile.TemporaryDirectory() as folder:
            pathlib.Path(folder, "letter").touch()
            for flags, sentence in (
                ([], "required: --output_dir"),
                (["--output_dir=a", "--seed=-1"], "--seed=-1 must be"),
                (["--output_dir=letter"], "File exists"),
                (
                    ["--output_dir=a", "--jax_dir=."],
                    "holds something else than a virtual environment",
                ),
            ):
                result = subprocess.run(
                    [PROGRAM, *flags],
                    cwd=folder,
                    capture_output=True,
                    text=True,
                    check=False,
                )
                self.assertEqual(result.returncode, 1, flags)
                self.assertTrue(result.stderr.startswith("ERROR: "))
                self.assertIn(sentence, result.stderr)
                self.assertEqual(result.stderr.count("\n"), 1, result.stderr)


if __name__ == "__main__":
    unittest.main()
