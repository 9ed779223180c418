"""The panels of a training's figure: what each shows, and how.

Colours tell groups of runs apart; with one group, the lines of a panel.
"""

import dataclasses
import math

import numpy as np

from tools.plots import picture, run_groups
from tools.plots.picture import plt

HELD_OUT = (0, (3, 1.2))  # Dashes: on data that no update saw.
DOTS = (0, (1, 1))
FEW_POINTS = 12  # Up to here each is marked.
MANY_POINTS = 200  # From here on neighbours are averaged.


@dataclasses.dataclass(frozen=True)
class Line:
    column: str
    label: str = ""
    dashes: object = "-"
    colour: int = 2  # If there is one group.
    width: float = 1.1
    alone: bool = False  # Left out where there are several groups.


@dataclasses.dataclass(frozen=True)
class Panel:
    title: str
    lines: tuple
    unit: str = ""
    log: bool = False  # If the values call for it.
    whole: bool = False  # Rare values, too, must be in sight.


def training_and_held_out(name):
    return (
        Line(name, "training"),
        Line(f"held_out_{name}", "held out", HELD_OUT),
    )


# The first is always drawn, the others where there is something to see.
PANELS = (
    Panel(
        "returns",
        (
            Line("episode_return", "training", colour=6, alone=True),
            Line(run_groups.EVALUATION, "evaluation", width=1.5),
        ),
        unit="return of an episode",
        whole=True,
    ),
    Panel(
        "critic targets",
        (
            Line("target_mean", "mean"),
            Line("target_min", "least and greatest", DOTS),
            Line("target_max", "", DOTS),
        ),
        unit="value",
        whole=True,
    ),
    Panel(
        "critic loss",
        (
            Line("critic_loss", "training"),
            # Of the critics on real data alone, as those held out.
            Line("encoder_critic_loss", "real part", colour=1, alone=True),
            Line("held_out_critic_loss", "held out", HELD_OUT, colour=1),
        ),
        log=True,
    ),
    Panel(
        "actor loss",
        (Line("actor_loss", "training"),),
        unit="−value",
        whole=True,
    ),
    Panel(
        "reward loss",
        training_and_held_out("reward_loss"),
        unit="reward²",
        log=True,
    ),
    Panel(
        "auxiliary loss", training_and_held_out("auxiliary_loss"), log=True
    ),
    Panel(
        "(C)VAML loss",
        training_and_held_out("vaml_loss"),
        unit="(value / scale)²",
        log=True,
    ),
    Panel(
        "VAML error",
        (Line("held_out_vaml_error", "held out", HELD_OUT),),
        unit="value²",
        log=True,
    ),
    Panel(
        "entropy",
        (
            Line("model_entropy", "closed form"),
            Line("held_out_model_entropy", "held out", HELD_OUT),
            Line("held_out_sampled_entropy", "sampled", DOTS, colour=5),
        ),
        unit="nats",
    ),
    Panel(
        "gradient",
        (
            Line("encoder_gradient_norm", "encoder"),
            Line("model_gradient_norm", "model", colour=1, alone=True),
            Line("critics_gradient_norm", "critics", colour=4, alone=True),
            Line("actor_gradient_norm", "actor", colour=3, alone=True),
        ),
        unit="norm",
        log=True,
    ),
)


def visible_lines(panel, groups):
    """Those of which there is a number to draw."""
    return [
        line
        for line in panel.lines
        if not (line.alone and len(groups) > 1)
        and any(
            run_groups.mean_curve(runs, line.column).size
            for runs in groups.values()
        )
    ]


def draw_panel(axes, panel, groups):
    lines = visible_lines(panel, groups)
    values = []
    for i, runs in enumerate(groups.values()):
        for line in lines:
            colour = line.colour if len(groups) == 1 else i
            curve = thinned(run_groups.mean_curve(runs, line.column))
            if curve.size:
                draw_curve(axes, curve, line, picture.COLOURS[colour])
                values.extend(curve[1])
    set_scale(axes, values, panel)
    axes.set_title(panel.title, loc="left", pad=4)
    axes.set_ylabel(panel.unit, labelpad=2)
    draw_key(axes, lines, len(groups) == 1)


def thinned(curve):
    """The columns of the array, or means of as many neighbours as it takes."""
    block = math.ceil(curve.shape[1] / MANY_POINTS)
    if block < 2:
        return curve
    starts = np.arange(0, curve.shape[1], block)
    sizes = np.diff(starts, append=curve.shape[1])
    return np.add.reduceat(curve, starts, axis=1) / sizes


def draw_curve(axes, curve, line, colour):
    steps, mean, low, high = curve
    if line.dashes == "-" and np.any(low < high):
        axes.fill_between(
            steps, low, high, color=colour, alpha=0.15, linewidth=0
        )
    axes.plot(
        steps,
        mean,
        color=colour,
        linestyle=line.dashes,
        linewidth=line.width,
        marker="o" if len(steps) <= FEW_POINTS else "",
        markersize=2.5,
    )


def draw_key(axes, lines, coloured):
    """What the lines are, on the right above the axes."""
    lines = [line for line in lines if line.label]
    if not lines:
        return
    handles = [
        plt.Line2D(
            [],
            [],
            color=picture.COLOURS[line.colour] if coloured else "#555555",
            linestyle=line.dashes,
            linewidth=line.width,
        )
        for line in lines
    ]
    axes.legend(
        handles,
        [line.label for line in lines],
        loc="lower right",
        bbox_to_anchor=(1, 1),
        borderaxespad=0.1,
        borderpad=0.2,
        columnspacing=0.7,
        fontsize=7,
        frameon=False,
        handlelength=1.4,
        handletextpad=0.4,
        ncol=len(lines),
    )


def set_scale(axes, values, panel):
    sizes = np.abs([value for value in values if value])
    log = bool(panel.log and sizes.size and sizes.max() > 5 * sizes.min())
    if log and min(values) <= 0:
        # Linear up to the size that one value in four stays below.
        knee = 10 ** math.floor(math.log10(np.quantile(sizes, 0.25)))
        axes.set_yscale("symlog", linthresh=knee)
        keep_ticks_apart(axes)
        return
    if log:
        axes.set_yscale("log", nonpositive="clip")
        axes.set_ylim(min(values) / 1.3, max(values) * 1.3)
    elif values and not panel.whole:
        axes.set_ylim(calm_limits(values))
    picture.set_ticks(axes.yaxis, log, values)


def keep_ticks_apart(axes):
    """Leaves out ticks of a y axis so close to another that they touch."""
    transform = axes.yaxis.get_transform().transform
    low, high = axes.get_ylim()
    apart = 0.14 * (transform(high) - transform(low))
    kept = [0]
    for tick in sorted(axes.get_yticks(), key=abs, reverse=True):
        near = min(abs(transform(tick) - transform(other)) for other in kept)
        if low <= tick <= high and near >= apart:
            kept.append(tick)
    axes.set_yticks(sorted(kept))


def calm_limits(values):
    """Leaves out of sight rare values that would squeeze the others."""
    low, high = np.quantile(values, (0.02, 0.98))
    reach = 0.25 * (high - low)
    low, high = max(low - reach, min(values)), min(high + reach, max(values))
    margin = 0.06 * (high - low) or 1
    return low - margin, high + margin
