"""A wrong sign in a loss makes the right claims fail, and no others."""

import csv
import os
import re
import subprocess
import tempfile
import unittest

PROGRAM = os.path.abspath("experiments/calibration/calibration_with_wrong_")

# Name of the wrong sign -> claims that must fail, and what the failing lines of
# Table 1 have in common: their number and a pattern for all of them.
WRONG = {
    # losses/vaml.cc: L + s²/k in place of L − s²/k.
    "corrected": (
        {"Proposition 3", "Proposition 4"},
        6,
        r"stochastic model, .*corrected loss, (model|mean of V)",
    ),
    # V̂ + y in place of V̂ − y.
    "sample": (
        {
            "Lemma 4",
            "Proposition 2",
            "Proposition 3",
            "Proposition 4",
            "Proposition 5",
            "Remark (not in the paper)",
        },
        30,
        r"(deterministic model|corrected loss|\(TD), ",
    ),
    # V_j + V̂ in place of V_j − V̂ in s².
    "sample_variance": (
        {"Proposition 3", "Proposition 4"},
        18,
        "corrected loss",
    ),
    # losses/td.cc: r − γ V̄ in place of r + γ V̄.
    "target": (
        {"Proposition 4", "Remark (not in the paper)"},
        24,
        r"\((MuZero|TD), ",
    ),
    # losses/finite_vaml.cc: E V + E y in place of E V − E y.
    "closed_form": (
        {"Lemma 1", "Lemma 2", "Proposition 1", "Proposition 2"},
        36,
        "Table 1",
    ),
    # − w Var[V] in place of + w Var[V].
    "closed_form_variance": (
        {"Lemma 1", "Lemma 2", "Proposition 2"},
        0,
        "none",
    ),
    # E[V²] + (E V)² in place of E[V²] − (E V)².
    "model_variance": ({"Lemma 1", "Lemma 2", "Proposition 2"}, 0, "none"),
    # E[y²] + (E y)²: a term without the model, which moves no minimum.
    "target_variance": ({"Lemma 1"}, 0, "none"),
}


class MutationTest(unittest.TestCase):
    def run_with(self, name, folder):
        """Returns the names after "do not hold:"."""
        result = subprocess.run(
            [
                PROGRAM + name,
                f"--output_dir={folder}",
                "--problems=50",
                "--nofigures",
            ],
            capture_output=True,
            check=False,
            text=True,
        )
        self.assertEqual(result.returncode, 1, result.stderr)
        self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        match = re.fullmatch(
            r"ERROR: (\d+) of \d+ claims and cells do not hold: (.*)\n",
            result.stderr,
        )
        self.assertIsNotNone(match, result.stderr)
        failures = match[2].split("; ")
        self.assertEqual(len(failures), int(match[1]))
        return failures

    def test_each_wrong_sign_is_seen_where_it_should_be(self):
        for name, (claims, count, pattern) in WRONG.items():
            with self.subTest(name), tempfile.TemporaryDirectory() as folder:
                failures = self.run_with(name, folder)
                cells = [text for text in failures if "Table 1" in text]
                self.assertEqual(set(failures) - set(cells), claims)
                self.assertEqual(len(cells), count, cells)
                for cell in cells:
                    self.assertRegex(cell, pattern)
                # The tables are there all the same, and say so too.
                path = os.path.join(folder, "claims.csv")
                with open(path, newline="", encoding="utf-8") as file:
                    failed = {
                        row["claim"]
                        for row in csv.DictReader(file)
                        if row["verdict"] == "fails"
                    }
                self.assertEqual(failed, claims)


if __name__ == "__main__":
    unittest.main()
