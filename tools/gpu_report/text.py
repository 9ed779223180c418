"""The report as Markdown, out of all results."""

import statistics

from tools.benchmark import report
from tools.gpu_report import speed

_VERDICTS = {True: "fine", False: "**not fine**", None: "not run"}


def verdict(results):
    """One or two sentences."""
    steps = results["steps"]
    fine = sum(step["fine"] is True for step in steps)
    sentences = [f"{fine} of {len(steps)} steps are fine."]
    for what, value in (("Not fine", False), ("Not run", None)):
        names = [step["name"] for step in steps if step["fine"] is value]
        if names:
            sentences.append(f"{what}: {', '.join(names)}.")
    return " ".join(sentences)


def markdown(results):
    """All of it."""
    parts = [
        f"# GPU report: {results['device']}",
        verdict(results),
        _table(["begun", results["begun"]], results["machine"]),
        "## Steps",
        _table(
            ["step", "", ""],
            [
                [step["name"], _VERDICTS[step["fine"]], step["says"]]
                for step in results["steps"]
            ],
        ),
    ]
    if results["samples"]:
        parts += _speed(results["samples"], results["programs"])
    for step in results["steps"]:
        if step["log"]:
            # A fence that no program prints.
            log = f"~~~~~~~~\n{step['log']}\n~~~~~~~~"
            parts += [f"## The end of what {step['name']} printed", log]
    return "\n\n".join(parts) + "\n"


def _table(heading, rows):
    lines = [heading, ["---"] * len(heading), *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |"
        for line in lines
    )


def _speed(samples, programs):
    rounds = 1 + max(sample["round"] for sample in samples)
    yield "## Speed"
    yield (
        f"Medians of {rounds} rounds (lowest-highest), in which the programs "
        "take turns; every run until the GPU is done. Ours copies its inputs "
        "to the GPU in every run."
    )
    if speed.JAX in programs:
        jax = programs[speed.JAX]["program"]
        yield f"Beside it {jax}, which multiplies in full FP32."
    peaks = [_peak_row(samples, *peak) for peak in _PEAKS]
    yield _table(["the most that the GPU does", *_PROGRAMS], peaks)
    yield (
        "Launches, bytes and FLOP of matrix products are counted from the "
        "program; shares are of the highest of the table above, without TF32. "
        "What they take at least on an H100, if nothing overlaps:"
    )
    yield _table(
        ["", "us", "launches", "MB", "GFLOP", "of FLOP/s", "of bytes/s"]
        + ["on an H100, us: launches + memory + products"],
        [_work_row(samples, row) for row in speed.AGENT_ROWS],
    )
    yield "Ratios: how many times as fast ours is, round by round."
    yield _table(
        ["us", *_PROGRAMS, "ours/JAX", "ours, TF32/ours"],
        [_turns_row(samples, row) for row in speed.AGENT_ROWS],
    )


_PROGRAMS = [speed.OURS, speed.TF32, speed.JAX]


def _flops(sample):
    return sample["flop"] / sample["seconds"]


def _bandwidth(sample):
    return sample["bytes"] / sample["seconds"]


def _microseconds(sample):
    return sample["seconds"] * 1e6


# Label, row, rate, and its unit.
_PEAKS = (
    ("products of 8192 x 8192, TFLOP/s", speed.PRODUCT, _flops, 1e12),
    ("2^26 numbers read and written, GB/s", speed.COPY, _bandwidth, 1e9),
)


def _spread(found, value):
    return report.with_spread(list(map(value, found))) if found else "-"


def _peak_row(samples, label, row, rate, unit):
    cells = [
        _spread(speed.find(samples, name, row), lambda s: rate(s) / unit)
        for name in _PROGRAMS
    ]
    return [label, *cells]


def _share(samples, found, row, rate):
    """Of the highest rate in full FP32 that this run has seen."""
    peaks = [
        rate(sample)
        for name in (speed.OURS, speed.JAX)
        for sample in speed.find(samples, name, row)
    ]
    if not found or not peaks:
        return "-"
    return f"{statistics.median(map(rate, found)) / max(peaks):.0%}"


def _work_row(samples, row):
    found = speed.find(samples, speed.OURS, row)
    if not found:
        return [row] + ["-"] * 7
    work = found[0]
    seconds = work["h100"]
    parts = [seconds[key] for key in ("starting", "moving", "computing")]
    implied = " + ".join(report.number(part * 1e6) for part in parts)
    return [
        row,
        _spread(found, _microseconds),
        f"{work['launches']:.0f}",
        report.number(work["bytes"] / 1e6),
        report.number(work["flop"] / 1e9),
        _share(samples, found, speed.PRODUCT, _flops),
        _share(samples, found, speed.COPY, _bandwidth),
        f"{implied} = {report.number(sum(parts) * 1e6)}",
    ]


def _turns_row(samples, row):
    ours, tf32, jax = (speed.find(samples, name, row) for name in _PROGRAMS)
    cells = [_spread(found, _microseconds) for found in (ours, tf32, jax)]
    ratio, faster = "-", "-"
    if ours and jax and speed.are_same(ours, jax):
        ratio = report.with_spread(report.ratios(ours, jax))
    if ours and tf32:
        faster = report.with_spread(report.ratios(tf32, ours))
    return [row, *cells, ratio, faster]
