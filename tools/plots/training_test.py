"""Draws made-up runs and looks at what is drawn."""

import os
import pathlib
import subprocess
import tempfile
import unittest
import warnings

import numpy as np

from tools.plots import made_up_run, training, training_panels

PROGRAM = os.path.abspath("tools/plots/training")
OF_ALL = ["returns", "critic targets", "critic loss", "actor loss"]
OF_MODELS = ["reward loss", "auxiliary loss", "(C)VAML loss", "VAML error"]


def texts(figure):
    """What is to be read, with its box."""
    figure.draw_without_rendering()
    hidden = set()  # Ticks beyond the limits of their axis are not drawn.
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            for tick in axis.get_major_ticks() + axis.get_minor_ticks():
                if not low <= tick.get_loc() <= high:
                    hidden |= {tick.label1, tick.label2}
    return [
        (text.get_text(), text.get_window_extent())
        for text in figure.findobj(training.plt.Text)
        if text.get_visible() and text.get_text() and text not in hidden
    ]


class TrainingTest(unittest.TestCase):
    def setUp(self):
        # pylint: disable-next=consider-using-with
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(training.plt.close, "all")
        self.folder = pathlib.Path(folder.name)

    def make(self, *names, **settings):
        for seed, name in enumerate(names):
            made_up_run.write(self.folder / name, seed=seed, **settings)

    def draw(self, *names, title="Title"):
        groups = training.read_groups([self.folder / name for name in names])
        with warnings.catch_warnings():
            # A warning from matplotlib is a fault in the picture.
            warnings.simplefilter("error")
            return training.draw(groups, title)

    def titles(self, figure):
        return [axes.get_title(loc="left") for axes in figure.axes]

    def panel(self, figure, title):
        return figure.axes[self.titles(figure).index(title)]

    def key(self, axes):
        return [text.get_text() for text in axes.get_legend().get_texts()]

    def assert_readable(self, figure, at_least=20):
        """No text touches another or a panel, or leaves the figure."""
        boxes = texts(figure)
        self.assertGreater(len(boxes), at_least)
        width, height = figure.get_size_inches() * figure.dpi
        for i, (text, box) in enumerate(boxes):
            self.assertGreaterEqual(min(box.x0, box.y0), 0, text)
            self.assertLessEqual(box.x1, width, text)
            self.assertLessEqual(box.y1, height, text)
            for other, other_box in boxes[:i]:
                self.assertFalse(box.overlaps(other_box), f"{text}, {other}")
            for title, axes in zip(self.titles(figure), figure.axes):
                self.assertFalse(box.overlaps(axes.bbox), f"{text} on {title}")

    def test_one_run(self):
        self.make("run")
        figure = self.draw("run")
        self.assertEqual(
            self.titles(figure), OF_ALL + OF_MODELS + ["entropy", "gradient"]
        )
        self.assert_readable(figure)
        returns = self.panel(figure, "returns")
        self.assertEqual(self.key(returns), ["training", "evaluation"])
        episodes, evaluation = returns.get_lines()
        self.assertEqual(len(episodes.get_xdata()), 40)
        rows = np.genfromtxt(
            self.folder / "run/eval.csv", delimiter=",", skip_header=1
        )
        returns_of = rows[:, 3].reshape(-1, 3)
        np.testing.assert_array_equal(
            evaluation.get_xdata(), np.arange(5000, 40001, 5000)
        )
        np.testing.assert_allclose(
            evaluation.get_ydata(), returns_of.mean(axis=1)
        )
        # The band around it.
        (band,) = returns.collections
        corners = band.get_paths()[0].vertices
        last = corners[corners[:, 0] == 40000, 1]
        np.testing.assert_allclose(
            [last.min(), last.max()],
            [returns_of[-1].min(), returns_of[-1].max()],
        )
        for axes in figure.axes:
            self.assertNotEqual(axes.get_lines(), [])

    def test_scales(self):
        self.make("run")
        figure = self.draw("run")
        for title, scale in (
            ("reward loss", "log"),
            ("(C)VAML loss", "symlog"),  # Has negative values.
            ("entropy", "linear"),
            ("critic targets", "linear"),
            ("auxiliary loss", "linear"),  # Less than a factor of 5.
        ):
            axes = self.panel(figure, title)
            self.assertEqual(axes.get_yscale(), scale, title)
        self.assertEqual(
            self.panel(figure, "entropy").get_ylabel(), "nats"
        )

    def test_held_out_is_dashed_in_the_same_colour(self):
        self.make("run")
        axes = self.panel(self.draw("run"), "reward loss")
        self.assertEqual(self.key(axes), ["training", "held out"])
        solid, dashed = axes.get_lines()
        self.assertEqual(solid.get_color(), dashed.get_color())
        self.assertEqual(solid.get_linestyle(), "-")
        self.assertEqual(dashed.get_linestyle(), "--")

    def test_columns_may_be_missing(self):
        self.make("deterministic", model="deterministic")
        self.make("td3", algorithm="td3")
        figure = self.draw("deterministic")
        self.assertEqual(
            self.titles(figure), OF_ALL + OF_MODELS + ["gradient"]
        )
        self.assert_readable(figure)
        figure = self.draw("td3")
        self.assertEqual(self.titles(figure), OF_ALL + ["gradient"])
        self.assertEqual(
            self.key(self.panel(figure, "gradient")),
            ["encoder", "critics", "actor"],
        )
        self.assert_readable(figure)

    def test_a_run_at_its_beginning(self):
        self.make("run", rows=1)
        (self.folder / "run/eval.csv").unlink()
        figure = self.draw("run")
        self.assertEqual(self.titles(figure), ["returns"])
        (line,) = figure.axes[0].get_lines()
        self.assertEqual(line.get_xdata().tolist(), [1000])
        self.assertEqual(line.get_marker(), "o")  # Or it would not be seen.

    def test_long_names_over_one_panel(self):
        longer = {"critic_lowest": -20, "critic_highest": 220}
        self.make("a", rows=15)
        self.make("b", rows=15, model="deterministic", **longer)
        for name in "ab":
            (self.folder / f"{name}/metrics.csv").unlink()
        figure = self.draw("a", "b", title="Of two models " * 6)
        self.assertEqual(self.titles(figure), ["returns"])
        self.assert_readable(figure, at_least=12)

    def test_groups(self):
        self.make("a", "b", "c", rows=30)
        self.make("d", "e", model="deterministic")
        figure = self.draw("a", "b", "c", "d", "e")
        self.assert_readable(figure)
        (legend,) = figure.legends
        self.assertEqual(
            [text.get_text() for text in legend.get_texts()],
            ["stochastic (3 seeds)", "deterministic (2 seeds)"],
        )
        first, second = self.panel(figure, "returns").get_lines()
        handles = [line.get_color() for line in legend.get_lines()]
        self.assertEqual([first.get_color(), second.get_color()], handles)
        self.assertNotEqual(*handles)
        self.assertEqual(first.get_xdata()[-1], 30000)
        self.assertEqual(second.get_xdata()[-1], 40000)
        means = [
            np.genfromtxt(self.folder / f"{name}/eval.csv", delimiter=",")
            for name in "de"
        ]
        means = [table[1:, 3].reshape(-1, 3).mean(axis=1) for table in means]
        np.testing.assert_allclose(
            second.get_ydata(), np.mean(means, axis=0)
        )
        # A line of each group; a deterministic model has no entropy.
        self.assertEqual(len(self.panel(figure, "actor loss").lines), 2)
        self.assertEqual(len(self.panel(figure, "entropy").lines), 3)
        self.assertIn(
            "bands: range of the seeds",
            [text.get_text() for text in figure.texts],
        )

    def test_what_an_untrained_model_does_is_left_out(self):
        self.make("run")  # The first update is in the third row.
        axes = self.panel(self.draw("run"), "entropy")
        for line in axes.get_lines():
            self.assertEqual(line.get_xdata()[0], 3000)

    def test_a_spike_does_not_squeeze_the_others(self):
        def limits(values, **settings):
            axes = training.plt.figure().add_subplot()
            axes.plot(values)
            panel = training_panels.Panel("", (), **settings)
            training_panels.set_scale(axes, values, panel)
            return np.round(axes.get_ylim()).tolist()

        calm = list(range(100))
        self.assertEqual(limits(calm), [-6, 105])
        self.assertEqual(limits(calm + [1e6]), [-7, 129])
        self.assertEqual(limits(calm + [1e6], whole=True), [-5e4, 1.05e6])

    def test_many_groups_are_readable(self):
        for steps in range(7):
            name = f"run{steps}"
            self.make(name, planner_iterations=steps, rollout_steps=steps)
        names = [f"run{steps}" for steps in range(7)]
        self.assert_readable(self.draw(*names))
        self.make("run7", planner_iterations=7)
        with self.assertRaisesRegex(
            training.training_run.RecordError, "8 kinds of runs; only 7"
        ):
            self.draw(*names, "run7")

    def test_many_points_are_averaged(self):
        curve = np.array([np.arange(450), np.arange(450) % 3])
        np.testing.assert_array_equal(
            training_panels.thinned(curve),
            [np.arange(1, 450, 3), np.ones(150)],
        )
        curve = np.arange(401)[None]
        thinned = training_panels.thinned(curve)[0]
        self.assertEqual(thinned[:2].tolist(), [1, 4])
        self.assertEqual(thinned[-1], 399.5)  # The last two.
        curve = np.arange(200)[None]
        np.testing.assert_array_equal(training_panels.thinned(curve), curve)

    def run_program(self, *arguments):
        return subprocess.run(
            [PROGRAM, *arguments],
            env={
                **os.environ,
                "BUILD_WORKING_DIRECTORY": str(self.folder),
                # Where matplotlib keeps a list of fonts.
                "MPLCONFIGDIR": os.environ["TEST_TMPDIR"],
            },
            capture_output=True,
            text=True,
            check=False,
        )

    def read(self, name):
        return (self.folder / name).read_bytes()

    def test_as_a_user_calls_it(self):
        self.make("run", "other")
        result = self.run_program("run")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        png, svg = self.read("run/training.png"), self.read("run/training.svg")
        self.assertTrue(png.startswith(b"\x89PNG"))
        title = "cartpole-swingup, cvaml, stochastic, b = 0 (seed 0)"
        self.assertIn(f"<!-- {title} -->".encode(), svg)

        # A line that is being written changes nothing.
        with open(self.folder / "run/metrics.csv", "a", encoding="utf-8") as f:
            f.write("41000,3")
        result = self.run_program("run", "--output=a.png")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(self.read("a.png"), png)
        self.assertEqual(self.read("a.svg"), svg)

        result = self.run_program("run", "other", "--title=Both")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(b"<!-- Both -->", self.read("training.svg"))

    def test_prints_the_last_evaluations(self):
        self.make("a", "b")
        self.make("c", model="deterministic", rows=30)
        (self.folder / "c/metrics.csv").unlink()
        result = self.run_program("a", "b", "c")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        last = {}
        for name in "abc":
            rows = np.genfromtxt(
                self.folder / f"{name}/eval.csv", delimiter=",", skip_header=1
            )
            last[name] = rows[rows[:, 0] == rows[-1, 0], 3]
        seeds = sorted((last["a"].mean(), last["b"].mean()))
        self.assertEqual(
            result.stdout.splitlines(),
            [
                f"stochastic (2 seeds): return {np.mean(seeds):.0f} "
                f"({seeds[0]:.0f} to {seeds[1]:.0f}) after 40000 env steps",
                f"deterministic (seed 0): return {last['c'].mean():.0f} "
                f"({last['c'].min():.0f} to {last['c'].max():.0f}) after "
                "30000 env steps",
            ],
        )

    def test_says_what_is_wrong(self):
        self.make("run")
        self.make("broken")
        (self.folder / "broken/metrics.csv").write_text("env_steps,a\n1\n")
        self.make("bare")
        (self.folder / "bare/config.flags").unlink()
        (self.folder / "empty").mkdir()
        self.make("new", rows=0)
        for sentence, *arguments in (
            ("required: DIR",),
            ("there is no folder", "none"),
            ("empty has no metrics.csv", "empty"),
            ('metrics.csv:2: "1" is no row of 2 numbers', "run", "broken"),
            ("bare has no config.flags to tell it from others", "run", "bare"),
            ("new has no row yet", "new"),
            ("cannot write /proc/x.png", "run", "--output=/proc/x.png"),
        ):
            with self.subTest(sentence):
                result = self.run_program(*arguments)
                self.assertEqual(result.returncode, 1)
                self.assertTrue(result.stderr.startswith("ERROR: "))
                self.assertIn(sentence, result.stderr)
                self.assertEqual(result.stderr.count("\n"), 1, result.stderr)
        self.assertEqual(list(self.folder.glob("**/*.png")), [])

    def test_leaves_a_new_run_out(self):
        self.make("run")
        self.make("new", rows=0)
        result = self.run_program("run", "new", "--output=a")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stderr, "^Left out: .*new has no row yet\n$")
        self.run_program("run", "--output=b")
        self.assertEqual(self.read("a.png"), self.read("b.png"))


if __name__ == "__main__":
    unittest.main()
