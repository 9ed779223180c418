"""Draws a made-up curve and looks at the files."""

import os
import tempfile
import unittest
import warnings

from tools.plots import calibration

HEADER = (
    "samples,bias,bias_in_theory,excess,excess_in_theory,mean,variance,"
    "corrected_mean,corrected_variance\n"
)


def curve_text():
    text = HEADER
    for k in (1, 2, 4, 8):
        bias, excess = 0.2 / k, 0.1 / k**2
        corrected = "nan,nan" if k == 1 else "0.3,0.21"
        text += f"{k},{bias},{bias},{excess},{excess},0.2,0.16,{corrected}\n"
    return text


class CalibrationTest(unittest.TestCase):
    def setUp(self):
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def draw(self, text, output="figure", low=0):
        with open(self.path("curve.csv"), "w", encoding="utf-8") as file:
            file.write(text)
        with warnings.catch_warnings():
            # A warning from matplotlib is a fault in the picture.
            warnings.simplefilter("error")
            calibration.main(
                [
                    f"--curve={self.path('curve.csv')}",
                    f"--output={self.path(output)}",
                    f"--low={low}",
                    "--high=1",
                    "--mean=0.3",
                ]
            )

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def assert_fails(self, sentence, text, **changes):
        with self.assertRaises(SystemExit) as caught:
            self.draw(text, **changes)
        self.assertIn(sentence, str(caught.exception.code))

    def test_draws_the_same_bytes_twice(self):
        self.draw(curve_text())
        first = [self.read("figure.png"), self.read("figure.svg")]
        self.draw(curve_text())
        self.assertEqual(
            [self.read("figure.png"), self.read("figure.svg")], first
        )
        self.assertTrue(first[0].startswith(b"\x89PNG"))
        for text in (b"model samples k", b"k = 1", b"variance of V"):
            self.assertIn(b"<!-- " + text + b" -->", first[1])

    def test_draws_every_column(self):
        self.draw(curve_text())
        first = self.read("figure.svg")
        *others, last = curve_text().splitlines()
        for column, name in enumerate(calibration.COLUMNS):
            cells = last.split(",")
            cells[column] = f"{1.5 * float(cells[column])}"
            self.draw("\n".join([*others, ",".join(cells)]))
            self.assertFalse(self.read("figure.svg") == first, name)

    def test_draws_the_arc(self):
        self.draw(curve_text())
        first = self.read("figure.svg")
        self.draw(curve_text(), low=-1)
        self.assertFalse(self.read("figure.svg") == first)

    def test_what_it_cannot_draw(self):
        self.assert_fails("has no rows", HEADER)
        self.assert_fails(
            "no column excess", curve_text().replace("excess", "surplus")
        )
        self.assert_fails(
            "could not convert", curve_text().replace("0.2,0.16", "x,0.16")
        )
        self.assert_fails("cannot write", curve_text(), output="no/figure")


if __name__ == "__main__":
    unittest.main()
