"""The report of made-up results: its numbers are those that went in."""

import unittest

from tools.gpu_report import speed, steps, text

UPDATE = "update_dog_stochastic"


def sample(program, row, turn=0, **other):
    return {
        "program": program,
        "row": row,
        "round": turn,
        "seconds": 1e-3,
        "flop": 8e9,
        "bytes": 6e8,
        "launches": 123,
        "h100": {"starting": 11e-6, "moving": 22e-6, "computing": 33e-6},
        "check": [1.0],
        **other,
    }


def step(name, fine, says="", log=""):
    return {"name": name, "fine": fine, "says": says, "log": log}


def made_up():
    results = steps.start("NVIDIA A1", "2030-01-01 12:00:00")
    results["machine"] = [["driver", "600.1"]]
    results["steps"] = [step("machine", True), step("tests", True, "7 passed")]
    results["programs"] = {speed.JAX: {"program": "JAX 1.2 on an A1"}}
    results["samples"] = [
        sample(speed.OURS, speed.PRODUCT, flop=16e9),
        sample(speed.JAX, speed.PRODUCT, flop=32e9),
        sample(speed.TF32, speed.PRODUCT, flop=900e9),
        sample(speed.OURS, speed.COPY, bytes=12e8),
        sample(speed.JAX, speed.COPY, bytes=8e8),
        sample(speed.OURS, UPDATE),
        sample(speed.OURS, UPDATE, 1, seconds=2e-3),
        sample(speed.TF32, UPDATE, seconds=5e-4),
        sample(speed.TF32, UPDATE, 1, seconds=5e-4),
        sample(speed.JAX, UPDATE, seconds=3e-3),
        sample(speed.JAX, UPDATE, 1, seconds=8e-3),
    ]
    return results


def cells(report, label):
    """Of each line of a table that begins with `label`."""
    lines = [line.strip("| ").split(" | ") for line in report.splitlines()]
    return [line[1:] for line in lines if line[0] == label]


class VerdictTest(unittest.TestCase):
    def test_all_fine(self):
        report = text.markdown(made_up())
        first = report.splitlines()
        self.assertEqual(first[0], "# GPU report: NVIDIA A1")
        self.assertEqual(first[2], "2 of 2 steps are fine.")

    def test_what_is_not_fine(self):
        results = made_up()
        results["steps"] += [
            step("racecheck", False, "3 error(s)", "a\nb"),
            step("memcheck", None),
        ]
        self.assertEqual(
            text.verdict(results),
            "2 of 4 steps are fine. Not fine: racecheck. Not run: memcheck.",
        )
        report = text.markdown(results)
        self.assertEqual(
            cells(report, "racecheck"), [["**not fine**", "3 error(s)"]]
        )
        self.assertIn("racecheck printed\n\n~~~~~~~~\na\nb\n~~~", report)


class TablesTest(unittest.TestCase):
    def test_machine_and_steps(self):
        report = text.markdown(made_up())
        self.assertEqual(cells(report, "driver"), [["600.1"]])
        self.assertEqual(cells(report, "tests"), [["fine", "7 passed"]])

    def test_peaks(self):
        report = text.markdown(made_up())
        (product,) = cells(report, "products of 8192 x 8192, TFLOP/s")
        self.assertEqual(product, ["16.0", "900", "32.0"])
        (copy,) = cells(report, "2^26 numbers read and written, GB/s")
        self.assertEqual(copy, ["1,200", "-", "800"])
        self.assertIn("JAX 1.2 on an A1", report)

    def test_rows(self):
        work, turns = cells(text.markdown(made_up()), UPDATE)
        # 8 and 4 of 32 TFLOP/s; 600 and 300 of 1200 GB/s.
        self.assertEqual(
            work,
            ["1,500 (1,000-2,000)", "123", "600", "8.00", "19%", "38%"]
            + ["11.0 + 22.0 + 33.0 = 66.0"],
        )
        self.assertEqual(
            turns,
            ["1,500 (1,000-2,000)", "500 (500-500)", "5,500 (3,000-8,000)"]
            + ["3.50 (3.00-4.00)", "3.00 (2.00-4.00)"],
        )

    def test_no_ratio_of_different_computations(self):
        results = made_up()
        for each in results["samples"]:
            if each["program"] == speed.JAX:
                each["check"] = [1.001]
        _, turns = cells(text.markdown(results), UPDATE)
        self.assertEqual(turns[3], "-")

    def test_programs_that_have_not_answered(self):
        for gone in (speed.OURS, speed.TF32, speed.JAX):
            results = made_up()
            results["samples"] = [
                s for s in results["samples"] if s["program"] != gone
            ]
            work, turns = cells(text.markdown(results), UPDATE)
            self.assertEqual(work[0] == "-", gone == speed.OURS)
            self.assertEqual(turns.count("-"), 3 if gone == speed.OURS else 2)
        results["samples"] = []
        self.assertNotIn("Speed", text.markdown(results))


if __name__ == "__main__":
    unittest.main()
