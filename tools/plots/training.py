"""Draws what training runs have recorded, also while they go on.

    bazel run //tools/plots:training -- \
        results/cartpole-swingup_laptop_cvaml_stochastic_b0_seed0

draws one run: returns, targets and losses, entropy, gradients. Several runs
that differ only in their seed are one line: their mean, as far as all of them
have come, and their range, or with 5 and more its 95% interval. What else runs
differ in is the legend. Writes a .png and an .svg; the same records give the
same bytes. Prints the return of the last evaluation that all runs of a line
have come to.
"""

import math
import pathlib
import sys

# Started alone, with Python's -I, it finds what is beside it by itself.
sys.path.insert(0, str(pathlib.Path(__file__).absolute().parents[2]))

# pylint: disable=wrong-import-position
from tools.command_line.command_line import Parser, from_users_folder
from tools.plots import picture, run_groups, training_panels
from tools.plots.picture import plt, ticker
from tools.training_run import training_run


def parse(argv):
    parser = Parser(__doc__)
    parser.add_argument(
        "folders",
        nargs="+",
        metavar="DIR",
        help="with the metrics.csv and eval.csv of a run",
    )
    parser.add_argument(
        "--output",
        help="path of the .png; the .svg is beside it (default: training.png, "
        "in DIR if there is one, else in the present folder)",
    )
    parser.add_argument(
        "--title", help="default: what all runs have in common"
    )
    arguments = parser.parse_args(argv)
    if arguments.output is None:
        folders = arguments.folders
        where = folders[0] if len(folders) == 1 else "."
        arguments.output = f"{where}/training.png"
    arguments.folders = [from_users_folder(path) for path in arguments.folders]
    arguments.output = from_users_folder(arguments.output).removesuffix(".png")
    return arguments


def read_groups(folders):
    """name -> runs. RecordError if that cannot be."""
    runs = [training_run.read_run(folder) for folder in folders]
    if len(runs) > 1:
        for run in runs:
            if not run.flags:
                raise training_run.RecordError(
                    f"{run.folder} has no config.flags to tell it from others"
                )
    empty = [f"{run.folder} has no row yet" for run in runs if run.is_empty()]
    runs = [run for run in runs if not run.is_empty()]
    if not runs:
        raise training_run.RecordError(", ".join(empty))
    for sentence in empty:
        print(f"Left out: {sentence}", file=sys.stderr)
    groups = run_groups.group(runs)
    if len(groups) > len(picture.COLOURS):
        raise training_run.RecordError(
            f"these are {len(groups)} kinds of runs; only "
            f"{len(picture.COLOURS)} can be told apart in a figure"
        )
    return groups


def default_title(groups):
    runs = [run for runs in groups.values() for run in runs]
    common = {"task", "algorithm", "model", "bootstrap_steps"}
    title = run_groups.describe(
        runs[0].flags, common - run_groups.differing(runs)
    )
    if len(groups) == 1:
        title += f" ({seeds(runs)})"
    return title


def seeds(runs):
    found = {run.flags.get("seed", "?") for run in runs}
    if len(runs) == 1:
        return f"seed {found.pop()}"
    return f"{len(runs)} " + ("seeds" if len(found) == len(runs) else "runs")


class Layout:
    """Sizes in inches, so that text fits whatever the number of panels."""

    PANEL_X, PANEL_Y = 2.8, 1.6
    GAP_X, GAP_Y = 0.76, 0.46
    LEFT, RIGHT, BOTTOM, TOP = 0.72, 0.16, 0.58, 0.28
    LEGEND_ROW = 0.19
    CHARACTER, TITLE_CHARACTER = 0.07, 0.09  # On average.

    def __init__(self, panels, names, title):
        self.columns = min(panels, 3 if panels > 4 else 2)
        self.rows = math.ceil(panels / self.columns)
        # What is left over makes the first panel wider.
        self.first = self.columns * self.rows - panels + 1
        inner_x = self.columns * (self.PANEL_X + self.GAP_X) - self.GAP_X
        inner_y = self.rows * (self.PANEL_Y + self.GAP_Y) - self.GAP_Y
        entry = 0.5 + self.CHARACTER * max(map(len, names))
        self.width = max(
            self.LEFT + inner_x + self.RIGHT,
            entry if len(names) > 1 else 0,
            self.TITLE_CHARACTER * len(title),
        )
        self.legend_columns = max(1, min(len(names), int(self.width / entry)))
        legend_rows = math.ceil(len(names) / self.legend_columns)
        self.title = 0.3 if title else 0.04
        self.top = self.TOP + self.title
        if len(names) > 1:
            self.top += legend_rows * self.LEGEND_ROW + 0.04
        self.height = self.BOTTOM + inner_y + self.top

    def add_axes(self, figure, panels):
        """Yields those of panel 0, 1, ..."""
        grid = figure.add_gridspec(
            self.rows,
            self.columns,
            left=self.LEFT / self.width,
            right=1 - self.RIGHT / self.width,
            bottom=self.BOTTOM / self.height,
            top=1 - self.top / self.height,
            wspace=self.GAP_X / self.PANEL_X,
            hspace=self.GAP_Y / self.PANEL_Y,
        )
        first = None
        for panel in range(panels):
            end = panel + self.first
            start = end - 1 if panel else 0
            row, column = divmod(start, self.columns)
            cells = grid[row, column : column + end - start]
            axes = figure.add_subplot(cells, sharex=first)
            first = first or axes
            if row == self.rows - 1:
                axes.set_xlabel("env steps", labelpad=2)
            elif panel or self.first == 1:  # Those below have the same.
                axes.tick_params(axis="x", labelbottom=False)
            axes.grid(axis="y")
            axes.set_axisbelow(True)
            yield axes


def step_text(value, _position):
    """20000 -> 20k"""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def draw(groups, title):
    first, *others = training_panels.PANELS
    panels = [first] + [
        panel
        for panel in others
        if training_panels.visible_lines(panel, groups)
    ]
    names = [f"{name} ({seeds(runs)})" for name, runs in groups.items()]
    layout = Layout(len(panels), names, title)
    figure = plt.figure(figsize=(layout.width, layout.height))
    for axes, panel in zip(layout.add_axes(figure, len(panels)), panels):
        training_panels.draw_panel(axes, panel, groups)
    axes = figure.axes[0]
    axes.set_xlim(left=0)
    axes.xaxis.set_major_locator(ticker.MaxNLocator(6, steps=(1, 2, 5, 10)))
    axes.xaxis.set_major_formatter(ticker.FuncFormatter(step_text))
    if title:
        y = 1 - 0.08 / layout.height
        figure.suptitle(title, x=0.5, y=y, fontsize=10.5)
    figure.text(
        layout.LEFT / layout.width,
        0.06 / layout.height,
        run_groups.describe_bands(groups),
        color="#555555",
        fontsize=7,
    )
    if len(groups) > 1:
        draw_legend(figure, layout, names)
    return figure


def draw_legend(figure, layout, names):
    handles = [
        plt.Line2D([], [], color=colour, linewidth=1.8)
        for colour, _ in zip(picture.COLOURS, names)
    ]
    figure.legend(
        handles,
        names,
        loc="upper center",
        bbox_to_anchor=(0.5, 1 - (layout.title + 0.02) / layout.height),
        borderaxespad=0,
        columnspacing=1.6,
        frameon=False,
        handlelength=1.8,
        ncol=layout.legend_columns,
    )


def last_evaluations(groups):
    """A line each: what, how many runs, mean return and its band, when."""
    lines = []
    for name, runs in groups.items():
        curve = run_groups.mean_curve(runs, run_groups.EVALUATION)
        if curve.size == 0:
            continue
        step, mean, low, high = curve[:, -1]
        what = f"{name} ({seeds(runs)})" if name else seeds(runs)
        lines.append(
            f"{what}: return {mean:.0f} ({low:.0f} to {high:.0f}) "
            f"after {step:.0f} env steps"
        )
    return "\n".join(lines)


def main(argv=None):
    arguments = parse(argv)
    try:
        groups = read_groups(arguments.folders)
        title = arguments.title
        if title is None:
            title = default_title(groups)
        picture.save(draw(groups, title), arguments.output)
        print(last_evaluations(groups))
    except (training_run.RecordError, picture.SaveError) as error:
        sys.exit(f"ERROR: {error}")


if __name__ == "__main__":
    main()
