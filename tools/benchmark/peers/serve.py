"""The peers' side of the protocol of engine.cc: row names in, JSON out."""

import argparse
import json
import math
import sys
import time

SECONDS = 0.2  # One answer lasts for about this long, as in engine.cc.


class Work:
    """What one row does over and over; see row.h."""

    def __init__(
        self, run, check, units=1, flop=0, bytes_moved=0, first_run=0
    ):
        self.run = run
        self.check = check
        self.first_run = first_run
        self.units = units
        self.flop = flop
        self.bytes_moved = bytes_moved


class Prepared:
    """Work after its first run, timed in as many runs as last long enough."""

    def __init__(self, prepare, quick):
        self.work = prepare()
        self.runs = 1
        if quick:
            return
        while (seconds := self.time()) < SECONDS:
            factor = min(max(SECONDS / seconds, 1.2), 10)
            self.runs = math.ceil(self.runs * factor)

    def time(self):
        start = time.perf_counter()
        for _ in range(self.runs):
            self.work.run()
        return time.perf_counter() - start

    def answer(self, row):
        self.work.run()
        work = self.work
        return {
            "row": row,
            "seconds": self.time() / self.runs / work.units,
            "flop": work.flop,
            "bytes": work.bytes_moved,
            "first_run": work.first_run,
            "check": [x if math.isfinite(x) else None for x in work.check],
        }


def arguments():
    parser = argparse.ArgumentParser()
    parser.add_argument("--cores", type=int, default=1)
    parser.add_argument("--garnet", required=True, help="folder of learners")
    parser.add_argument("--device", default="cpu", help="cpu or cuda (JAX)")
    parser.add_argument("--mode", default="", help="eager or compiled (torch)")
    parser.add_argument("--quick", action="store_true")
    return parser.parse_args()


def serve(program, rows, quick):
    """`rows` maps a name to a function that makes its Work and runs it once."""

    def say(answer):
        print(json.dumps(answer), flush=True)

    prepared = {}
    say({"program": program, "rows": list(rows)})
    for line in sys.stdin:
        row = line.strip()
        if row not in prepared:
            prepared[row] = Prepared(rows[row], quick)
        say(prepared[row].answer(row))
