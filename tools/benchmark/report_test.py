"""The tables, from samples that are given."""

import unittest

from tools.benchmark import report


def sample(program="ours", row="mlp_128", seconds=0.5, **other):
    return {
        "program": program,
        "cores": 1,
        "row": row,
        "round": 0,
        "seconds": seconds,
        "flop": 0,
        "bytes": 0,
        "first_run": 0,
        "check": [1.0],
        **other,
    }


def samples(*given):
    result = report.Samples()
    for each in given:
        result.add(each)
    return result


def complete():
    """Two samples of each of our rows."""
    return [
        sample(row=row, seconds=seconds, flop=2e9, bytes=1e9)
        for row in [*report.ASKED, report.PEAK, "start", "process"]
        for seconds in (0.5, 1)
    ]


def line(text, start):
    """The words of the line that begins with `start`."""
    (found,) = [each for each in text.splitlines() if each.startswith(start)]
    return found[len(start) :].split()


class NumbersTest(unittest.TestCase):
    def test_number(self):
        for value, text in (
            (0.1234, "0.12"),
            (9.87, "9.87"),
            (12.34, "12.3"),
            (123.4, "123"),
            (123456.7, "123,457"),
        ):
            self.assertEqual(report.number(value), text)

    def test_spread_is_lowest_and_highest_about_the_median(self):
        self.assertEqual(report.with_spread([3]), "3.00")
        self.assertEqual(report.with_spread([9, 1, 2]), "2.00 (1.00-9.00)")

    def test_ratio_is_theirs_over_ours_round_by_round(self):
        ours = [sample(seconds=1), sample(seconds=2)]
        theirs = [sample(seconds=3), sample(seconds=4)]
        self.assertEqual(report.ratios(ours, theirs), [3, 2])

    def test_share_is_of_the_highest_peak(self):
        found = [sample(seconds=s, flop=6) for s in (1, 2, 3)]
        peaks = [sample(seconds=s, flop=12) for s in (1, 4)]
        self.assertEqual(report.share_of_peak(found, peaks), "25%")

    def test_difference_is_the_largest_relative_one(self):
        ours = sample(check=[2.0, -4.0])
        self.assertEqual(report.differences(ours, ours), 0)
        theirs = sample(check=[2.0, -3.0])
        self.assertEqual(report.differences(ours, theirs), 0.25)
        theirs["check"] = []
        self.assertEqual(report.differences(ours, theirs), float("inf"))


class OursTableTest(unittest.TestCase):
    def test_every_row_in_its_unit(self):
        text = report.ours_table(samples(*complete()), [1])
        self.assertEqual(len(text.splitlines()), 1 + len(report.ROWS))
        for start, words in (
            ("MLP, batch 128, to its first result", "ms 750 (500-1,000)"),
            (
                "overhead of a node",
                "ns 750,000,000 (500,000,000-1,000,000,000)",
            ),
            ("GEMM 50 x 2 x 50", "GFLOP/s 3.00 (2.00-4.00) 75%"),
            (
                "the same from the start of a process",
                "ms 750 (500-1,000)",
            ),
            ("Garnet training, rank 2", "steps/s 1.50 (1.00-2.00)"),
        ):
            self.assertEqual(
                " ".join(line(text, start)).lstrip(", "), words, text
            )

    def test_fused_functions_as_bytes_and_as_share_of_the_peak(self):
        text = report.ours_table(samples(*complete()), [1])
        found = [
            " ".join(each.split())
            for each in text.splitlines()
            if each.startswith("Adam")
        ]
        self.assertEqual(
            found,
            [
                "Adam, 1.05 M parameters GB/s 1.50 (1.00-2.00)",
                "Adam, 1.05 M parameters GFLOP/s 3.00 (2.00-4.00) 75%",
            ],
        )

    def test_columns_are_aligned(self):
        lines = report.table([["a", "b"], ["ccc", "10"]]).splitlines()
        self.assertEqual(lines, ["a     b", "ccc  10"])


class PeersTableTest(unittest.TestCase):
    def table(self, *theirs, peers=("JAX",)):
        given = samples(*complete(), *theirs)
        return report.peers_table(given, peers, 1)

    def test_only_rows_that_a_peer_has(self):
        text, problems = self.table(
            sample("JAX", "garnet_2", 1), sample("JAX", "garnet_2", 3)
        )
        self.assertEqual(problems, [])
        self.assertEqual(len(text.splitlines()), 2)
        self.assertEqual(
            line(text, "Garnet training, rank 2"),
            ["steps/s", "1.50", "0.67", "2.50", "(2.00-3.00)"],
        )

    def test_peer_without_the_row(self):
        text, _ = self.table(
            sample("JAX", "garnet_2", 1), peers=("JAX", "PyTorch")
        )
        self.assertEqual(
            line(text, "Garnet training, rank 2")[-2:], ["-", "-"]
        )

    def test_only_units_that_a_peer_counts(self):
        text, _ = self.table(sample("JAX", "adam", 1, bytes=1e9))
        self.assertEqual(len(text.splitlines()), 2)
        self.assertIn("GB/s", line(text, "Adam"))

    def test_no_ratio_of_different_computations(self):
        theirs = sample("JAX", "garnet_2", 1, check=[1 + 2e-4])
        text, problems = self.table(theirs)
        self.assertEqual(line(text, "Garnet training, rank 2")[-1], "-")
        self.assertEqual(len(problems), 1)
        self.assertIn("JAX computes another garnet_2", problems[0])
        theirs["check"] = [1 + 5e-5]
        self.assertEqual(self.table(theirs)[1], [])


if __name__ == "__main__":
    unittest.main()
