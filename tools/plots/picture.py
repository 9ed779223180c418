"""What all our figures have in common: matplotlib, its style, and files."""

import io
import math
import os
import sys

try:
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt
    from matplotlib import ticker, transforms
except ImportError as import_error:
    print(import_error, file=sys.stderr)
    sys.exit(3)  # The caller knows what this means: figure.cc.

__all__ = ["plt", "ticker", "transforms"]

# Okabe and Ito (2008): told apart with any kind of colour vision. A marker of
# its own keeps each line apart in grey, too.
COLOURS = (
    "#000000",
    "#E69F00",
    "#0072B2",
    "#CC79A7",
    "#009E73",
    "#D55E00",
    "#56B4E9",
)
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

plt.rcParams.update(
    {
        "axes.edgecolor": "#555555",
        "axes.labelsize": 9,
        "axes.linewidth": 0.6,
        "axes.spines.right": False,
        "axes.spines.top": False,
        "axes.titlesize": 9,
        "axes.unicode_minus": True,
        "font.family": "DejaVu Sans",  # Comes with matplotlib.
        "font.size": 8,
        "grid.color": "#E4E4E4",
        "grid.linewidth": 0.6,
        "legend.fontsize": 8.5,
        "svg.hashsalt": "cvaml",  # Otherwise ids are random.
        "xtick.color": "#555555",
        "xtick.labelcolor": "black",
        "xtick.major.width": 0.6,
        "xtick.minor.width": 0.4,
        "ytick.color": "#555555",
        "ytick.labelcolor": "black",
        "ytick.major.width": 0.6,
        "ytick.minor.width": 0.4,
    }
)


class SaveError(Exception):
    """One sentence."""


def line_style(i):
    """(colour, marker) of line number i."""
    return COLOURS[i % len(COLOURS)], MARKERS[i % len(MARKERS)]


def power_text(value, _position):
    exponent = math.floor(math.log10(value) + 1e-9)
    factor = round(value / 10**exponent, 9)
    times = "" if factor == 1 else f"{factor:g}\\cdot "
    return f"${times}10^{{{exponent}}}$"


def plain_text(value, _position):
    return f"{value:g}"


def set_ticks(axis, logarithmic, values):
    """Few and round ones, for the finite `values` along the axis."""
    if not logarithmic:
        axis.set_major_locator(ticker.MaxNLocator(5, steps=(1, 2, 5, 10)))
        return
    decades = math.log10(max(values) / min(values))
    subs = (1,) if decades > 1.5 else (1, 2, 5)
    axis.set_major_locator(ticker.LogLocator(subs=subs, numticks=8))
    # One way to write numbers along an axis.
    plain = min(values) >= 1e-3 and max(values) <= 1e4
    text = plain_text if plain else power_text
    axis.set_major_formatter(ticker.FuncFormatter(text))
    axis.set_minor_locator(ticker.LogLocator(subs=range(2, 10), numticks=99))
    axis.set_minor_formatter(ticker.NullFormatter())


def set_negative_ticks(axis, values):
    """The same along a logarithmic axis of negative values."""
    decades = math.log10(min(values) / max(values))
    subs = (1,) if decades > 1.5 else (1, 2, 5)
    powers = range(-9, 12)
    majors = [-sub * 10.0**power for power in powers for sub in subs]
    minors = [-sub * 10.0**power for power in powers for sub in range(2, 10)]
    axis.set_major_locator(ticker.FixedLocator(majors))
    axis.set_minor_locator(ticker.FixedLocator(minors))
    axis.set_major_formatter(ticker.FuncFormatter(plain_text))
    axis.set_minor_formatter(ticker.NullFormatter())


def save(figure, output):
    """<output>.png and .svg; each appears whole or not at all. Closes it."""
    # No versions and dates.
    formats = {"png": {"Software": None}, "svg": {"Date": None}}
    for suffix, metadata in formats.items():
        picture = io.BytesIO()
        figure.savefig(picture, format=suffix, dpi=200, metadata=metadata)
        path = f"{output}.{suffix}"
        try:
            with open(path + ".tmp", "wb") as file:
                file.write(picture.getvalue())
                file.flush()
                os.fsync(file.fileno())
            os.replace(path + ".tmp", path)
        except OSError as error:
            raise SaveError(f"cannot write {path}: {error.strerror}") from error
    plt.close(figure)
