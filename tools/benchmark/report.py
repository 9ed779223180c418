"""The tables, out of the samples that workers have given.

A sample is what a worker answers, and besides: `program` ("ours" or a peer),
`cores` and `round`.
"""

import statistics

# Relative, between numbers that two programs compute.
CHECK_TOLERANCE = 1e-4


class Kind:
    """How a row is shown: its unit, and the number out of a sample."""

    def __init__(self, unit, value):
        self.unit = unit
        self.value = value


GFLOPS = Kind("GFLOP/s", lambda s: s["flop"] / s["seconds"] / 1e9)
GBS = Kind("GB/s", lambda s: s["bytes"] / s["seconds"] / 1e9)
NANOSECONDS = Kind("ns", lambda s: s["seconds"] * 1e9)
MILLISECONDS = Kind("ms", lambda s: s["seconds"] * 1e3)
MEGABYTES = Kind("MB", lambda s: s["memory"] / 1e6)
UPDATES = Kind("updates/s", lambda s: 1 / s["seconds"])
ACTIONS = Kind("actions/s", lambda s: 1 / s["seconds"])
STEPS = Kind("steps/s", lambda s: 1 / s["seconds"])


PEAK = "fma_peak"


def _rows():
    # Four layers of 512, LayerNorm + Mish between, forward and backward.
    yield "MLP, batch 128, to its first result", "start", MILLISECONDS
    yield "the same from the start of a process", "process", MILLISECONDS
    for batch in (128, 1024):
        for kind in (UPDATES, GFLOPS):
            yield f"MLP, batch {batch}", f"mlp_{batch}", kind
    yield "fused multiply-add (peak: the highest)", PEAK, GFLOPS
    yield "overhead of a node", "node", NANOSECONDS
    for batch in (128, 1024):
        for name in ("forward", "input gradient", "weight gradient"):
            row = f"gemm_{name}_{batch}".replace(" ", "_")
            yield f"GEMM {batch} x 512 x 512, {name}", row, GFLOPS
    for rank in (2, 10, 50):
        yield f"GEMM 50 x {rank} x 50", f"gemm_garnet_{rank}", GFLOPS
    for batch in (128, 1024):
        for label, row in (
            ("LayerNorm + Mish", "norm_mish"),
            ("LayerNorm + Mish gradient", "norm_mish_gradient"),
            ("softmax cross-entropy", "cross_entropy"),
            ("softmax cross-entropy gradient", "cross_entropy_gradient"),
        ):
            for kind in (GBS, GFLOPS):
                yield f"{label}, {batch} x 512", f"{row}_{batch}", kind
    for kind in (GBS, GFLOPS):
        yield "Adam, 1.05 M parameters", "adam", kind
    for rank in (2, 10, 50):
        yield f"Garnet training, rank {rank}", f"garnet_{rank}", STEPS


# (label, row, kind), in the order of measuring and of the table.
ROWS = list(_rows())
# "start" is not asked for: it is the first run of "mlp_128". Nor is "process",
# which takes a new one. The peak is, but before each of these.
def asked(rows):
    """Names of what a table's programs are asked for."""
    names = dict.fromkeys(row for _, row, _ in rows)
    return [row for row in names if row not in ("start", "process", PEAK)]


ASKED = asked(ROWS)


class Samples:
    """All samples of a run, by program, cores and row, in rounds."""

    def __init__(self):
        self.all = []

    def add(self, sample):
        self.all.append(sample)

    def find(self, program, cores, row):
        return [
            s
            for s in self.all
            if (s["program"], s["cores"], s["row"]) == (program, cores, row)
        ]


def number(value):
    """Three digits, or all before the point."""
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if value < 10 else f"{value:.1f}"


def with_spread(values):
    """The median, and (lowest-highest) of several values."""
    median = number(statistics.median(values))
    if len(values) == 1:
        return median
    return f"{median} ({number(min(values))}-{number(max(values))})"


def rate(sample):
    return sample["flop"] / sample["seconds"]


def share_of_peak(found, peaks):
    """Median rate over the highest that the machine has reached in this run."""
    peak = max(map(rate, peaks))
    return f"{statistics.median(map(rate, found)) / peak:.0%}"


def ratios(ours, theirs):
    """How many times as fast we are, round by round."""
    return [b["seconds"] / a["seconds"] for a, b in zip(ours, theirs)]


def differences(ours, theirs):
    """The largest relative difference between two samples' checks."""
    if len(ours["check"]) != len(theirs["check"]):
        return float("inf")
    return max(
        (
            abs(a - b) / max(abs(a), 1e-30)
            for a, b in zip(ours["check"], theirs["check"])
        ),
        default=0.0,
    )


def table(rows):
    """Aligned columns; the first is a label, the others lean right."""
    widths = [max(map(len, column)) for column in zip(*rows)]
    lines = []
    for label, *cells in rows:
        line = [label.ljust(widths[0])]
        line += [c.rjust(width) for c, width in zip(cells, widths[1:])]
        lines.append("  ".join(line).rstrip())
    return "\n".join(lines)


def ours_table(samples, core_counts, table_rows=None):
    """Our figures: medians with their spread, and shares of the peak."""
    heading = ["", "unit"]
    for cores in core_counts:
        heading += [f"{cores} core{'s' * (cores > 1)}", "of peak"]
    rows = [heading]
    for label, row, kind in table_rows or ROWS:
        cells = [label, kind.unit]
        for cores in core_counts:
            found = samples.find("ours", cores, row)
            cells.append(with_spread([kind.value(s) for s in found]))
            peaks = samples.find("ours", cores, PEAK)
            cells.append(share_of_peak(found, peaks) if kind is GFLOPS else "")
        rows.append(cells)
    return table(rows)


def peers_table(samples, peers, cores, table_rows=None):
    """Ours beside the peers' on that many cores, and how many times as fast.

    Returns the table and sentences about rows that are no comparison.
    """
    rows = [["", "unit", "ours"]]
    for peer in peers:
        rows[0] += [peer, "ours/" + peer]
    problems = []
    for label, row, kind in table_rows or ROWS:
        ours = samples.find("ours", cores, row)
        # Peers do not count the operations of fused functions.
        theirs = {
            peer: [s for s in samples.find(peer, cores, row) if kind.value(s)]
            for peer in peers
        }
        if not ours or not any(theirs.values()):
            continue
        ours_value = statistics.median(map(kind.value, ours))
        cells = [label, kind.unit, number(ours_value)]
        for peer, found in theirs.items():
            if not found:
                cells += ["-", "-"]
                continue
            cells.append(number(statistics.median(map(kind.value, found))))
            difference = differences(ours[0], found[0])
            if difference <= CHECK_TOLERANCE:
                cells.append(with_spread(ratios(ours, found)))
            else:
                cells.append("-")
                problems.append(
                    f"{peer} computes another {row} than we on {cores} "
                    f"core(s): it is off by {difference:.1e}."
                )
        rows.append(cells)
    return table(rows), list(dict.fromkeys(problems))
