"""Draws a metric of summary.csv against a numeric key, as a paper's figure.

One line for each value of a key (the algorithm), one panel for each value of
another (the rank), each line with its confidence band. With a third key panels
stand in a grid, whose rows have y axes of their own. Writes <output>.png and
<output>.svg; the same input gives the same bytes.

    lines.py --summary=summary.csv --metric=value_error --x=temperature \\
        --lines=algorithm --panels=rank --log_y --output=value_error
"""

import argparse
import csv
import itertools
import math
import pathlib
import sys

# Started alone, with Python's -I, it finds what is beside it by itself.
sys.path.insert(0, str(pathlib.Path(__file__).absolute().parents[2]))

# pylint: disable=wrong-import-position
from tools.plots import picture
from tools.plots.picture import plt, ticker, transforms

MAX_COLUMNS = 5  # Of panels beside each other.
MAX_MARKERS = 10  # Along a line.
DODGE = 1.2  # Points between neighbouring lines.


def parse_arguments(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--summary", required=True, help="path of summary.csv")
    parser.add_argument("--output", required=True, help="without .png, .svg")
    parser.add_argument("--metric", required=True)
    parser.add_argument(
        "--statistic", choices=("mean", "median"), default="mean"
    )
    parser.add_argument("--x", required=True, help="a numeric key")
    parser.add_argument("--lines", required=True, help="key, a line a value")
    parser.add_argument("--panels", help="key, a panel a value")
    parser.add_argument("--panel_rows", help="key, a row of panels a value")
    parser.add_argument(
        "--reference", help="a value of --lines to be drawn dashed"
    )
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="only these rows; may be given several times",
    )
    parser.add_argument("--title", default="")
    parser.add_argument("--x_label", help="default: the key")
    parser.add_argument("--y_label", help="default: the metric")
    parser.add_argument("--linear_x", action="store_true")
    parser.add_argument(
        "--log_y",
        action="store_true",
        help="of the size, where all values are negative",
    )
    return parser.parse_args(argv)


def fail(message):
    sys.exit("lines.py: " + message)


def number(text, column):
    try:
        return float(text)
    except ValueError:
        fail(f'{column} has the value "{text}", which is not a number')


def read_rows(arguments):
    """The rows of summary.csv that the figure shows, as dictionaries."""
    try:
        with open(arguments.summary, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        fail(f"cannot read {arguments.summary}: {error.strerror}")
    conditions = [("metric", arguments.metric)]
    conditions += [tuple(text.split("=", 1)) for text in arguments.where]
    keys = (
        arguments.x,
        arguments.lines,
        arguments.panels,
        arguments.panel_rows,
    )
    columns = [key for key, _ in conditions] + [key for key in keys if key]
    for column in columns:
        if rows and column not in rows[0]:
            fail(f"{arguments.summary} has no column {column}")
    for key, value in conditions:
        rows = [row for row in rows if row[key] == value]
        if not rows:
            fail(f"{arguments.summary} has no row with {key} = {value}")
    return rows


def points_of(rows, arguments):
    """(row, panel) -> line -> sorted [(x, value, low, high)], in the file's
    order; row and panel are "" where there is no such key."""
    panels = {}
    for row in rows:
        panel = tuple(
            row[key] if key else ""
            for key in (arguments.panel_rows, arguments.panels)
        )
        lines = panels.setdefault(panel, {})
        points = lines.setdefault(row[arguments.lines], {})
        x = number(row[arguments.x], arguments.x)
        if x in points:
            fail(
                f"several rows for {arguments.lines} = {row[arguments.lines]}, "
                f"{arguments.x} = {row[arguments.x]}: choose with --where"
            )
        points[x] = tuple(
            number(row[column], column)
            for column in (arguments.statistic, "ci_low", "ci_high")
        )
    return {
        panel: {
            line: [(x, *values) for x, values in sorted(points.items())]
            for line, points in lines.items()
        }
        for panel, lines in panels.items()
    }


def set_axes(axes, panels, arguments):
    """Scales, limits and ticks, from the points of the panels."""
    points = [
        point for lines in panels for line in lines.values() for point in line
    ]
    xs = sorted({point[0] for point in points})
    # Values, not bands: a band near zero would squeeze a logarithmic axis.
    ys = [point[1] for point in points if math.isfinite(point[1])]
    if not arguments.linear_x:
        if xs[0] <= 0:
            fail(f"{arguments.x} = {xs[0]:g} has no place on a log axis")
        axes.set_xscale("log")
    picture.set_ticks(axes.xaxis, not arguments.linear_x, xs)
    axes.xaxis.set_minor_locator(ticker.NullLocator())
    if len(xs) <= 6:
        axes.xaxis.set_major_locator(ticker.FixedLocator(xs))
    if arguments.log_y and ys and max(ys) < 0:
        # Linear only above all that is shown.
        axes.set_yscale("symlog", linthresh=-max(ys) / 1.5, subs=range(2, 10))
        axes.set_ylim(min(ys) * 1.5, max(ys) / 1.5)
        picture.set_negative_ticks(axes.yaxis, ys)
    else:
        log_y = arguments.log_y and any(y > 0 for y in ys)
        if log_y:
            ys = [y for y in ys if y > 0]
            # What reaches below zero goes on to the lower edge.
            axes.set_yscale("log", nonpositive="clip")
            axes.set_ylim(min(ys) / 1.5, max(ys) * 1.5)
        picture.set_ticks(axes.yaxis, log_y, ys)
    axes.margins(x=0.06)
    axes.grid(axis="y")
    axes.set_axisbelow(True)


def draw_lines(axes, lines, styles):
    names = [line for line, (_, marker) in styles.items() if marker]
    for line, points in lines.items():
        colour, marker = styles[line]
        x, value, low, high = zip(*points)
        if not marker:
            axes.plot(
                x, value, "--", color=colour, label=line, linewidth=1, zorder=3
            )
            continue
        # Side by side, or a line would hide another with the same values.
        step = DODGE * (names.index(line) - (len(names) - 1) / 2)
        dodge = transforms.ScaledTranslation(
            step / 72, 0, axes.figure.dpi_scale_trans
        )
        axes.fill_between(
            x,
            low,
            high,
            color=colour,
            alpha=0.15,
            linewidth=0,
            transform=axes.transData + dodge,
        )
        axes.plot(
            x,
            value,
            transform=axes.transData + dodge,
            color=colour,
            label=line,
            linewidth=1.3,
            marker=marker,
            markevery=math.ceil(len(x) / MAX_MARKERS),
            markeredgecolor="white",
            markeredgewidth=0.5,
            markersize=4.5,
        )


class Layout:
    """Sizes in inches, so that text fits whatever the number of panels."""

    GAP_X = 0.2
    GAP_Y = 0.34
    LEFT = 0.66
    BOTTOM = 0.52

    ROW_TITLE = 0.2

    def __init__(self, places, names, title, own_y):
        self.rows = 1 + max(row for row, _ in places)
        self.columns = 1 + max(column for _, column in places)
        self.own_y = own_y  # Of each row, with a title at its end.
        few = self.columns < 3
        self.panel_x, self.panel_y = (2.6, 1.95) if few else (1.62, 1.75)
        # A legend in one row needs width: beside few panels it is a column.
        self.legend = "" if len(names) < 2 else "beside" if few else "above"
        self.title = 0.25 if title else 0
        self.right = 0.12
        if self.legend == "beside":
            self.right = 0.55 + 0.085 * max(map(len, names))
        self.row_title = self.ROW_TITLE if own_y else 0
        self.right += self.row_title
        self.top = 0.24 + self.title + (0.24 if self.legend == "above" else 0)
        inner_x = self.columns * (self.panel_x + self.GAP_X) - self.GAP_X
        inner_y = self.rows * (self.panel_y + self.GAP_Y) - self.GAP_Y
        self.width = self.LEFT + inner_x + self.right
        self.height = self.BOTTOM + inner_y + self.top
        # The middle of the panels, for labels; shares of the figure.
        self.middle_x = (self.LEFT + inner_x / 2) / self.width
        self.middle_y = (self.BOTTOM + inner_y / 2) / self.height

    def subplots(self):
        return plt.subplots(
            self.rows,
            self.columns,
            figsize=(self.width, self.height),
            sharex=True,
            sharey="row" if self.own_y else True,
            squeeze=False,
            gridspec_kw={
                "left": self.LEFT / self.width,
                "right": 1 - self.right / self.width,
                "bottom": self.BOTTOM / self.height,
                "top": 1 - self.top / self.height,
                "wspace": self.GAP_X / self.panel_x,
                "hspace": self.GAP_Y / self.panel_y,
            },
        )


def draw_labels(figure, layout, arguments):
    figure.supxlabel(
        arguments.x_label or arguments.x,
        x=layout.middle_x,
        y=0.1 / layout.height,
        va="bottom",
        fontsize=9,
    )
    figure.supylabel(
        arguments.y_label or arguments.metric,
        x=0.05 / layout.width,
        y=layout.middle_y,
        ha="left",
        fontsize=9,
    )
    if arguments.title:
        y = 1 - 0.06 / layout.height
        figure.suptitle(arguments.title, x=layout.middle_x, y=y, fontsize=10)


def draw_legend(figure, layout, names):
    # A line may be missing in a panel, but not in all.
    handles = {}
    for axes in figure.axes:
        for handle, label in zip(*axes.get_legend_handles_labels()):
            handles.setdefault(label, handle)
    if layout.legend == "beside":
        location, columns = "upper left", 1
        x = 1 - (layout.right - layout.row_title - 0.15) / layout.width
        y = 1 - layout.top / layout.height
    else:
        location, columns = "upper center", len(names)
        x = layout.middle_x
        y = 1 - (0.02 + layout.title) / layout.height
    figure.legend(
        [handles[name] for name in names],
        names,
        loc=location,
        bbox_to_anchor=(x, y),
        ncol=columns,
        borderaxespad=0,
        columnspacing=1.6,
        frameon=False,
        handlelength=1.8,
    )


def places_of(panels, arguments):
    """(row, panel) -> (row, column) in the figure, counted from 0."""
    if not arguments.panel_rows:
        return {
            panel: divmod(i, MAX_COLUMNS) for i, panel in enumerate(panels)
        }
    rows, columns = (list(dict.fromkeys(keys)) for keys in zip(*panels))
    return {
        (row, panel): (rows.index(row), columns.index(panel))
        for row, panel in panels
    }


def styles_of(panels, reference):
    """line -> (colour, marker); the reference has no marker."""
    names = dict.fromkeys(line for lines in panels.values() for line in lines)
    if reference:
        if reference not in names:
            fail(f"there is no line {reference}")
        del names[reference]
    styles = {name: picture.line_style(i) for i, name in enumerate(names)}
    if reference:
        styles[reference] = ("#555555", "")
    return styles


def draw(panels, arguments):
    styles = styles_of(panels, arguments.reference)
    places = places_of(panels, arguments)
    layout = Layout(
        places.values(), list(styles), arguments.title, arguments.panel_rows
    )
    figure, grid = layout.subplots()
    for place in itertools.product(*map(range, grid.shape)):
        if place not in places.values():
            grid[place].remove()
    for (row, panel), lines in panels.items():
        y, x = place = places[row, panel]
        axes = grid[place]
        draw_lines(axes, lines, styles)
        set_axes(
            axes,
            [
                other
                for key, other in panels.items()
                if key[0] == row or not layout.own_y
            ],
            arguments,
        )
        nothing_below = (y + 1, x) not in places.values()
        axes.tick_params(axis="y", which="both", left=x == 0)
        axes.tick_params(axis="x", labelbottom=nothing_below)
        if panel and (y == 0 or not layout.own_y):
            axes.set_title(f"{arguments.panels} {panel}", pad=4)
        if layout.own_y and (y, x + 1) not in places.values():
            axes.annotate(
                f"{arguments.panel_rows} {row}",
                xy=(1, 0.5),
                xycoords="axes fraction",
                xytext=(5, 0),
                textcoords="offset points",
                rotation=-90,
                va="center",
                fontsize=9,
            )
    draw_labels(figure, layout, arguments)
    if layout.legend:
        draw_legend(figure, layout, list(styles))
    return figure


def main(argv=None):
    arguments = parse_arguments(argv)
    panels = points_of(read_rows(arguments), arguments)
    figure = draw(panels, arguments)
    try:
        picture.save(figure, arguments.output)
    except picture.SaveError as error:
        fail(str(error))


if __name__ == "__main__":
    main()
