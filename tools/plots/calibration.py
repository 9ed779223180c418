"""Draws the curve of the calibration experiment.

Left, against the number of model samples k: the bias of the sample loss, and
how wrong the mean of V is under the model that minimises it; dots are measured,
lines in theory. Right: where those models are in the plane of mean and variance
of V, on the arc of all models of two values. Writes <output>.png and .svg; the
same input gives the same bytes.

    calibration.py --curve=curve.csv --low=0 --high=1 --mean=0.3 \\
        --output=calibration
"""

import argparse
import csv
import pathlib
import sys

# Started alone, with Python's -I, it finds what is beside it by itself.
sys.path.insert(0, str(pathlib.Path(__file__).absolute().parents[2]))

# pylint: disable=wrong-import-position
from tools.plots import picture
from tools.plots.picture import plt, ticker

COLUMNS = (
    "samples",
    "bias",
    "bias_in_theory",
    "excess",
    "excess_in_theory",
    "mean",
    "variance",
    "corrected_mean",
    "corrected_variance",
)
BIAS, EXCESS, RIGHT = (picture.COLOURS[i] for i in (2, 5, 4))


def parse_arguments(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--curve", required=True, help="path of curve.csv")
    parser.add_argument("--output", required=True, help="without .png, .svg")
    for name, meaning in (
        ("low", "the smaller value"),
        ("high", "the larger value"),
        ("mean", "of V in the environment"),
    ):
        parser.add_argument(
            f"--{name}", type=float, required=True, help=meaning
        )
    return parser.parse_args(argv)


def fail(message):
    sys.exit("calibration.py: " + message)


def read_curve(path):
    """column -> numbers, row by row."""
    try:
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
    except OSError as error:
        fail(f"cannot read {path}: {error.strerror}")
    if not rows:
        fail(f"{path} has no rows")
    for column in COLUMNS:
        if column not in rows[0]:
            fail(f"{path} has no column {column}")
    try:
        return {
            column: [float(row[column]) for row in rows] for column in COLUMNS
        }
    except ValueError as error:
        fail(f"{path}: {error}")


def draw_sizes(axes, curve):
    """Bias and excess against k."""
    k = curve["samples"]
    for name, colour, marker, label in (
        ("bias", BIAS, "o", "bias of the loss: Var/k"),
        ("excess", EXCESS, "s", "excess of its minimum: (E V − y)²"),
    ):
        # In theory: a line. At k = 1 the minimum is an end point, not on it.
        start = 1 if name == "excess" else 0
        theory = curve[f"{name}_in_theory"]
        axes.plot(k[start:], theory[start:], color=colour, linewidth=1.0)
        axes.plot(
            k,
            curve[name],
            color=colour,
            label=label,
            linestyle="none",
            marker=marker,
            markersize=4,
        )
    axes.set_xscale("log", base=2)
    axes.set_yscale("log")
    axes.xaxis.set_major_locator(ticker.FixedLocator(k[::2]))
    axes.xaxis.set_major_formatter(ticker.FormatStrFormatter("%g"))
    axes.xaxis.set_minor_locator(ticker.NullLocator())
    sizes = [y for y in curve["bias"] + curve["excess"] if y > 0]
    picture.set_ticks(axes.yaxis, True, sizes)
    axes.grid(axis="y")
    axes.set_axisbelow(True)
    axes.set_xlabel("model samples k")
    axes.set_ylabel("squared values")
    axes.set_title("The sample loss: measured, in theory (lines)", pad=6)
    axes.legend(frameon=False, loc="lower left", handlelength=1)


def draw_path(axes, curve, arguments):
    """Where the minimum is, from k = 1 on."""
    low, high = arguments.low, arguments.high
    arc = [low + (high - low) * i / 200 for i in range(201)]
    axes.plot(
        arc,
        [(m - low) * (high - m) for m in arc],
        color="#B0B0B0",
        label="all models of two values",
        linewidth=1.0,
        zorder=1,
    )
    axes.plot(
        arguments.mean,
        (arguments.mean - low) * (high - arguments.mean),
        color=RIGHT,
        label="environment",
        linestyle="none",
        marker="o",
        markerfacecolor="none",
        markersize=12,
        markeredgewidth=1.4,
    )
    axes.plot(
        curve["corrected_mean"],
        curve["corrected_variance"],
        color=BIAS,
        label="least corrected loss",
        linestyle="none",
        marker="x",
        markersize=8,
        zorder=4,
    )
    axes.plot(
        curve["mean"],
        curve["variance"],
        color=EXCESS,
        label="least sample loss",
        linestyle="none",
        marker="s",
        markersize=4,
        zorder=3,
    )
    for k, mean, variance in zip(
        curve["samples"], curve["mean"], curve["variance"]
    ):
        if k <= 4:
            axes.annotate(
                f"k = {k:g}",
                (mean, variance),
                textcoords="offset points",
                xytext=(-7, -3),
                ha="right",
            )
    axes.set_xlabel("mean of V under the model")
    axes.set_ylabel("variance of V")
    axes.set_xlim(low - 0.22 * (high - low), high + 0.03 * (high - low))
    axes.xaxis.set_major_locator(
        ticker.FixedLocator([low + (high - low) * i / 5 for i in range(6)])
    )
    top = (high - low) ** 2 / 4
    axes.set_ylim(-0.05 * top, 1.12 * top)
    axes.grid(True)
    axes.set_axisbelow(True)
    axes.set_title("The model that minimises the loss", pad=6)
    axes.legend(
        frameon=False,
        handlelength=1.2,
        loc="lower center",
        bbox_to_anchor=(0.6, 0.04),
    )


def main(argv=None):
    arguments = parse_arguments(argv)
    curve = read_curve(arguments.curve)
    figure, (left, right) = plt.subplots(1, 2, figsize=(7.4, 2.9))
    draw_sizes(left, curve)
    draw_path(right, curve, arguments)
    figure.tight_layout(pad=0.6, w_pad=2.0)
    try:
        picture.save(figure, arguments.output)
    except picture.SaveError as error:
        fail(str(error))


if __name__ == "__main__":
    main()
