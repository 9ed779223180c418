"""Draws policies and values of a grid world, one panel a policy.

Reads a table with a line a cell: policy, start_value, row, column, kind
(start, goal, cliff or free), action (up, right, down, left) and value; a cliff
has no action and no value. Writes <output>.png and <output>.svg; the same
input gives the same bytes.

    policies.py --policies=policies.csv --title=Policies --output=policies
"""

import argparse
import csv
import math
import pathlib
import sys

# Started alone, with Python's -I, it finds what is beside it by itself.
sys.path.insert(0, str(pathlib.Path(__file__).absolute().parents[2]))

# pylint: disable=wrong-import-position
from tools.plots import picture
from tools.plots.picture import plt

COLUMNS = 3  # Of panels beside each other.
PANEL = 1.9  # Inches.
ARROWS = {"up": (0, -1), "right": (1, 0), "down": (0, 1), "left": (-1, 0)}
LETTERS = {"start": "S", "goal": "G"}
CLIFF = "#555555"


def parse_arguments(argv):
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--policies", required=True, help="path of the table")
    parser.add_argument("--output", required=True, help="without .png, .svg")
    parser.add_argument("--title", default="")
    return parser.parse_args(argv)


def fail(message):
    sys.exit("policies.py: " + message)


def read_policies(path):
    """(policy, start value) -> rows of its cells, in the file's order."""
    policies = {}
    try:
        with open(path, newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                row["place"] = int(row["column"]), int(row["row"])
                if row["kind"] != "cliff":
                    row["value"] = float(row["value"])
                    row["arrow"] = ARROWS[row["action"]]
                name = row["policy"], float(row["start_value"])
                policies.setdefault(name, []).append(row)
    except OSError as error:
        fail(f"cannot read {path}: {error.strerror}")
    except (KeyError, TypeError, ValueError) as error:
        fail(f"{path} is no table of policies: {error!r}")
    if not policies:
        fail(f"{path} has no policy")
    return policies


def colours_of(policies):
    """value -> colour, by the logarithm of its size."""
    sizes = [
        abs(cell["value"])
        for cells in policies.values()
        for cell in cells
        if cell["kind"] in ("free", "start")
    ]
    low, high = math.log1p(min(sizes)), math.log1p(max(sizes))

    def colour(value):
        share = (math.log1p(abs(value)) - low) / max(high - low, 1e-9)
        # Light enough for black text.
        return plt.get_cmap("RdYlGn")(0.85 - 0.7 * min(max(share, 0), 1))

    return colour


def draw_cell(axes, cell, colour):
    x, y = cell["place"]
    square = {"xy": (x - 0.5, y - 0.5), "width": 1, "height": 1}
    if cell["kind"] == "cliff":
        axes.add_patch(plt.Rectangle(**square, facecolor=CLIFF))
        return
    axes.add_patch(
        plt.Rectangle(
            **square,
            facecolor=colour(cell["value"]),
            edgecolor="white",
            linewidth=1,
        )
    )
    text = {"ha": "center", "va": "center"}
    if cell["kind"] in LETTERS:
        place = (x - 0.34, y - 0.3)
        axes.text(*place, LETTERS[cell["kind"]], fontweight="bold", **text)
    # No more than hundredths, and no minus before a zero.
    value = round(cell["value"], 2) + 0.0
    axes.text(x, y + 0.33, f"{value:.3g}", fontsize=6, **text)
    if cell["kind"] == "goal":
        return
    dx, dy = cell["arrow"]
    axes.annotate(
        "",
        xy=(x + 0.26 * dx, y - 0.1 + 0.26 * dy),
        xytext=(x - 0.26 * dx, y - 0.1 - 0.26 * dy),
        arrowprops={"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0},
    )


def draw(policies, title):
    columns = min(COLUMNS, len(policies))
    rows = math.ceil(len(policies) / columns)
    figure, grid = plt.subplots(
        rows,
        columns,
        figsize=(columns * (PANEL + 0.15), rows * (PANEL + 0.35) + 0.3),
        squeeze=False,
        layout="constrained",
    )
    colour = colours_of(policies)
    for axes in grid.flat[len(policies) :]:
        axes.remove()
    for axes, ((name, start), cells) in zip(grid.flat, policies.items()):
        for cell in cells:
            draw_cell(axes, cell, colour)
        places = [cell["place"] for cell in cells]
        axes.set_xlim(-0.5, max(x for x, _ in places) + 0.5)
        axes.set_ylim(max(y for _, y in places) + 0.5, -0.5)
        axes.set_aspect("equal")
        axes.axis("off")
        axes.set_title(f"{name}: {start:.4g}", pad=3)
    if title:
        figure.suptitle(title, fontsize=10)
    return figure


def main(argv=None):
    arguments = parse_arguments(argv)
    figure = draw(read_policies(arguments.policies), arguments.title)
    try:
        picture.save(figure, arguments.output)
    except picture.SaveError as error:
        fail(str(error))


if __name__ == "__main__":
    main()
