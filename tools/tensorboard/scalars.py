"""A training's records as TensorBoard's scalars."""

HELD_OUT = "held_out_"


def tag(column):
    """The part before the slash is a section of TensorBoard's page."""
    if column.startswith(HELD_OUT):
        return f"held_out/{column.removeprefix(HELD_OUT)}"
    return f"training/{column}"


def events(run):
    """[(env steps, seconds since the beginning, {tag: value})], ascending."""
    values = {}
    for column, points in run.metrics.items():
        if column == "env_steps":
            continue
        for step, value in points:
            values.setdefault(step, {})[tag(column)] = value
    for step, returns in run.evaluations:
        mean = sum(returns) / len(returns)
        values.setdefault(step, {})["evaluation/return"] = mean
    result = []
    seconds = 0.0
    for step in sorted(values):
        # An evaluation between two rows has no time of its own.
        seconds = values[step].get("training/seconds", seconds)
        result.append((step, seconds, values[step]))
    return result
