"""Which training runs belong together, what to call them, and their mean."""

import numpy as np

# Flags that say where, how long and how closely looked at, not what is run;
# and the seed, which a group is a mean over.
FREE = {
    "checkpoint_seconds",
    "device",
    "dump_graph",
    "env_steps",
    "eval_episodes",
    "eval_every",
    "figures",
    "isa",
    "log_every",
    "models_dir",
    "output_dir",
    "seed",
    "tf32",
    "threads",
    "video",
}
# Flags whose values speak for themselves, in the order of a name.
PLAIN = ("task", "algorithm", "model")
SYMBOLS = {"rollout_steps": "m", "bootstrap_steps": "b", "model_samples": "k"}
# Of the model and its use, which TD3 does without.
MODEL_FLAGS = {
    "acting",
    "auxiliary",
    "auxiliary_weight",
    "log_std_high",
    "log_std_low",
    "model",
    "model_action",
    "proportion_real",
    "reward_weight",
    "slow_model",
    "sum_steps",
    "value_scale",
    "vaml_weight",
    *SYMBOLS,
}

# In place of a column of metrics.csv: the mean of an evaluation's returns.
EVALUATION = "evaluation"

MANY_SEEDS = 5  # From here on a 95% interval, below the whole range.
RESAMPLES = 2000


def is_used(flag, flags):
    """False for what a run without a model has no use for."""
    without_model = flags.get("algorithm") == "td3"
    return not without_model or not (
        flag in MODEL_FLAGS or flag.startswith("planner_")
    )


def describe(flags, names):
    """A short text that says what the flags called `names` are."""
    order = [*PLAIN, *SYMBOLS]
    words = []
    for name in order + sorted(names - set(order)):
        if name not in names or name not in flags or not is_used(name, flags):
            continue
        value, plain = flags[name], name.replace("_", " ")
        if name in PLAIN:
            words.append(value)
        elif name in SYMBOLS:
            words.append(f"{SYMBOLS[name]} = {value}")
        elif value in ("true", "false"):
            words.append(plain if value == "true" else f"no {plain}")
        else:
            words.append(f"{plain} {value}")
    return ", ".join(words)


def differing(runs):
    """Names of the flags that are not the same in all runs."""
    names = {name for run in runs for name in run.flags} - FREE
    return {
        name for name in names if len({run.flags.get(name) for run in runs}) > 1
    }


def group(runs):
    """What they are -> the runs that differ in nothing but FREE flags."""
    names = differing(runs)
    groups = {}
    for run in runs:
        groups.setdefault(describe(run.flags, names), []).append(run)
    return groups


def mean_curve(runs, column):
    """Steps, mean, and a band around it: rows of an array, maybe empty.

    Over the runs that have the column, as far as all of those have come;
    between two of its steps, each is a straight line. The band is the range of
    the runs, with many the 95% interval of their mean; of evaluations of one
    run, the range of their episodes.
    """
    curves = [points(run, column) for run in runs]
    curves = [curve for curve in curves if curve]
    if not curves:
        return np.zeros((4, 0))
    first = max(curve[0][0] for curve in curves)
    last = min(curve[-1][0] for curve in curves)
    steps = sorted(
        {step for curve in curves for step, _ in curve if first <= step <= last}
    )
    values = np.array([np.interp(steps, *zip(*curve)) for curve in curves])
    if len(runs) == 1 and column == EVALUATION:
        episodes = dict(runs[0].evaluations)
        low = [min(episodes[step]) for step in steps]
        high = [max(episodes[step]) for step in steps]
    elif len(curves) < MANY_SEEDS:
        low, high = values.min(axis=0), values.max(axis=0)
    else:
        low, high = bootstrap_interval(values)
    return np.array([steps, values.mean(axis=0), low, high])


def points(run, column):
    """[(step, finite value)]; held-out values only after an update."""
    if column == EVALUATION:
        series = [(step, np.mean(all_)) for step, all_ in run.evaluations]
    else:
        series = run.metrics.get(column, [])
    if column.startswith("held_out_"):
        updates = dict(run.metrics.get("updates", []))
        series = [point for point in series if updates.get(point[0]) != 0]
    return [point for point in series if np.isfinite(point[1])]


def describe_bands(groups):
    """What the bands of mean_curve are, for these groups."""
    kinds = {
        1: "range of an evaluation's episodes",
        2: "range of the seeds",
        MANY_SEEDS: "95% interval of the mean over seeds",
    }
    sizes = [len(runs) for runs in groups.values()]
    found = sorted({max(n for n in kinds if n <= size) for size in sizes})
    text = ", ".join(
        kinds[n] + (f" (from {n} on)" if len(found) > 1 and n > 1 else "")
        for n in found
    )
    return f"bands: {text}"


def bootstrap_interval(values):
    """95% percentile interval of the mean over rows, for each column."""
    count = len(values)
    draws = np.random.default_rng(0).integers(count, size=(RESAMPLES, count))
    # How often each row is drawn, by resample.
    weights = (draws[:, :, None] == np.arange(count)).sum(axis=1) / count
    return np.quantile(weights @ values, (0.025, 0.975), axis=0)
