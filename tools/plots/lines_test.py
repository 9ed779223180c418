"""Draws made-up results and looks at the files."""

import math
import os
import struct
import tempfile
import unittest
import warnings

from tools.plots import lines

HEADER = "algorithm,temperature,rank,metric,seeds,mean,median,ci_low,ci_high\n"


def summary_text(ranks=(2, 5, 10), value=lambda t, r: t / r):
    text = HEADER
    for algorithm in ("mle", "vaml_1_0", "cvaml_1_0"):
        for temperature in (0.01, 0.1, 1, 10, 100):
            for rank in ranks:
                y = value(temperature, rank)
                text += (
                    f"{algorithm},{temperature},{rank},error,20,"
                    f"{y + 1},{y},{y * 0.8},{y * 1.2}\n"
                )
    return text


class LinesTest(unittest.TestCase):
    def setUp(self):
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def draw(self, text, *extra, **changes):
        """Draws figure.png and figure.svg, or what `changes` say."""
        with open(self.path("summary.csv"), "w", encoding="utf-8") as file:
            file.write(text)
        flags = {
            "summary": self.path("summary.csv"),
            "output": self.path("figure"),
            "metric": "error",
            "statistic": "median",
            "x": "temperature",
            "lines": "algorithm",
            "panels": "rank",
            **changes,
        }
        arguments = [f"--{name}={flags[name]}" for name in flags if flags[name]]
        with warnings.catch_warnings():
            # A warning from matplotlib is a fault in the picture.
            warnings.simplefilter("error")
            lines.main(arguments + list(extra))
        self.assertTrue(self.read("figure.png").startswith(b"\x89PNG"))

    def read(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def assert_fails(self, sentence, *arguments, **changes):
        with self.assertRaises(SystemExit) as caught:
            self.draw(*arguments, **changes)
        self.assertIn(sentence, str(caught.exception.code))
        self.assertFalse(os.path.exists(self.path("figure.png")))

    def png_size(self):
        return struct.unpack(">II", self.read("figure.png")[16:24])

    def test_draws_the_same_bytes_twice(self):
        self.draw(summary_text(), "--log_y")
        first = [self.read("figure.png"), self.read("figure.svg")]
        self.draw(summary_text(), "--log_y")
        again = [self.read("figure.png"), self.read("figure.svg")]
        self.assertEqual(again, first)

        svg = first[1]
        self.assertNotIn(b"<dc:date>", svg)
        # matplotlib writes text as paths, with the text as a comment.
        for text in (b"rank 10", b"cvaml_1_0", b"temperature", b"error"):
            self.assertEqual(svg.count(b"<!-- " + text + b" -->"), 1, text)
        width, height = self.png_size()
        self.assertGreater(width, 2 * height)

    def test_one_panel(self):
        summary = summary_text(ranks=(7,))
        labels = ("--x_label=\u03c4", "--y_label=value error", "--title=Rank 7")
        self.draw(summary, *labels, panels=None)
        svg = self.read("figure.svg")
        for text in ("\u03c4", "value error", "Rank 7", "mle"):
            self.assertIn(f"<!-- {text} -->".encode(), svg)
        width, height = self.png_size()
        self.assertLess(width, 2 * height)

    def test_panels_wrap_after_five(self):
        self.draw(summary_text(ranks=range(1, 7)))
        width, height = self.png_size()
        self.assertLess(width, 3 * height)

    def figure(self, text, *extra):
        """The figure of a grid of panels, not yet written."""
        with open(self.path("summary.csv"), "w", encoding="utf-8") as file:
            file.write(text)
        arguments = lines.parse_arguments(
            [
                f"--summary={self.path('summary.csv')}",
                "--output=none",
                "--metric=error",
                "--x=iteration",
                "--lines=algorithm",
                "--panels=rank",
                "--panel_rows=temperature",
                "--linear_x",
                *extra,
            ]
        )
        rows = lines.read_rows(arguments)
        self.addCleanup(lines.plt.close, "all")
        return lines.draw(lines.points_of(rows, arguments), arguments)

    def grid_text(self, value=lambda t, i: t + i):
        """Three temperatures × two ranks, of which one panel is missing."""
        text = "algorithm,temperature,rank,iteration,metric,mean,ci_low,ci_high"
        for algorithm in ("mle", "vaml", "best"):
            for t, r in ((1, 2), (1, 5), (2, 2), (2, 5), (30, 2)):
                for i in range(21):
                    y = value(t, i)
                    text += f"\n{algorithm},{t},{r},{i},error,{y},{y},{y}"
        return text + "\n"

    def test_a_grid_of_panels(self):
        figure = self.figure(self.grid_text())
        self.assertEqual(
            [axes.get_title() for axes in figure.axes],
            ["rank 2", "rank 5", "", "", ""],
        )
        titles = [
            [text.get_text() for text in axes.texts] for axes in figure.axes
        ]
        self.assertEqual(
            titles,
            [[], ["temperature 1"], [], ["temperature 2"], ["temperature 30"]],
        )
        # Rows have y axes of their own.
        limits = [axes.get_ylim() for axes in figure.axes]
        self.assertEqual(limits[0], limits[1])
        self.assertEqual(limits[2], limits[3])
        self.assertGreater(limits[4][0], limits[0][1])
        # The last panel of each column has the numbers of the x axis.
        figure.draw_without_rendering()
        numbers = [
            any(
                label.get_visible() and label.get_text()
                for label in axes.get_xticklabels()
            )
            for axes in figure.axes
        ]
        self.assertEqual(numbers, [False, False, False, True, True])

    def test_a_reference_is_dashed_and_without_a_band(self):
        figure = self.figure(self.grid_text(), "--reference=best")
        for axes in figure.axes:
            styles = {
                line.get_label(): (line.get_linestyle(), line.get_marker())
                for line in axes.get_lines()
            }
            self.assertEqual(
                styles,
                {
                    "mle": ("-", "o"),
                    "vaml": ("-", "s"),
                    "best": ("--", "None"),
                },
            )
            self.assertEqual(len(axes.collections), 2)
        (legend,) = figure.legends
        self.assertEqual(
            [text.get_text() for text in legend.get_texts()],
            ["mle", "vaml", "best"],
        )
        with self.assertRaises(SystemExit) as caught:
            self.figure(self.grid_text(), "--reference=better")
        self.assertIn("no line better", str(caught.exception.code))

    def test_negative_values_have_a_logarithm_too(self):
        text = self.grid_text(lambda t, i: -t * 10.0 ** (i - 10))
        axes = self.figure(text, "--log_y").axes[0]
        # Equal factors are equally far apart.
        places = [
            axes.transData.transform((0, -(10.0**k)))[1] for k in (-5, 0, 5)
        ]
        self.assertLess(places[2], places[0])
        self.assertAlmostEqual(
            places[0] - places[1], places[1] - places[2], places=6
        )
        ticks = [label.get_text() for label in axes.get_yticklabels()]
        self.assertIn("-100", ticks)

    def test_many_points_have_few_markers(self):
        (line, *_) = self.figure(self.grid_text()).axes[0].get_lines()
        self.assertEqual(line.get_markevery(), 3)

    def test_where_chooses_rows(self):
        self.draw(summary_text(), "--where=rank=5", panels=None)
        five = self.read("figure.svg")
        self.draw(summary_text(), "--where=rank=10", panels=None)
        self.assertNotEqual(self.read("figure.svg"), five)

    def test_draws_the_asked_statistic(self):
        summary = summary_text(ranks=(2,))
        self.draw(summary)
        median = self.read("figure.svg")
        self.draw(summary, statistic="mean")
        self.assertNotEqual(self.read("figure.svg"), median)

    def test_survives_values_without_a_place(self):
        bad = {0.01: math.nan, 0.1: math.inf, 1: 0.0, 10: -1.0}
        summary = summary_text(ranks=(2,), value=lambda t, r: bad.get(t, t))
        self.draw(summary, "--log_y")
        self.draw(summary)

    def test_survives_nothing_but_nan(self):
        summary = summary_text(ranks=(2,), value=lambda t, r: math.nan)
        self.draw(summary, "--log_y")
        self.draw(summary)

    def test_says_what_is_wrong(self):
        summary = summary_text()
        self.assert_fails("choose with --where", summary, panels=None)
        self.assert_fails("no row with metric = loss", summary, metric="loss")
        self.assert_fails("no column heat", summary, x="heat")
        self.assert_fails('"error", which is not a number', summary, x="metric")
        self.assert_fails("no row with metric = error", HEADER)
        zero = summary.replace(",0.01,", ",0,")
        self.assert_fails("temperature = 0 has no place", zero)
        self.assert_fails("cannot write", summary, output="/proc/figure")
        self.assert_fails("cannot read", summary, **{"summary": "/none.csv"})


if __name__ == "__main__":
    unittest.main()
