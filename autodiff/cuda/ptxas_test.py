"""No kernel spills registers or uses too many, by what the assembler says.

The test log has a table of all kernels. Stack there is local memory, which is
as slow as any: arrays that are indexed by variables, sines of large numbers.
"""

import pathlib
import re
import unittest

FOLDER = pathlib.Path("autodiff/cuda")
GPUS = ("sm_80", "sm_90")

# A multiprocessor has 65536 registers: enough for three blocks of 256 threads.
MAX_REGISTERS = 80

# The assembler's report of one kernel for one GPU:
#
#   … Compiling entry function '_ZN8autodiff4cuda9IncrementE…' for 'sm_80'
#   … Function properties for …
#       0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
#   … Used 10 registers, used 0 barriers, 512 bytes smem, 384 bytes cmem[0]
_KERNEL = re.compile(
    r"Compiling entry function '_ZN8autodiff4cuda(?P<mangled>\w+)'"
    r" for '(?P<gpu>\w+)'"
)
_MEMORY = re.compile(
    r"(?P<stack>\d+) bytes stack frame, (?P<stores>\d+) bytes spill stores,"
    r" (?P<loads>\d+) bytes spill loads"
)
_REGISTERS = re.compile(r"Used (?P<registers>\d+) registers")
_SHARED = re.compile(r"(?P<shared>\d+) bytes smem")


def read_report(text):
    """Returns {(kernel, GPU): {"registers": …, "stack": …, …}}, in bytes."""
    kernels = {}
    for line in text.splitlines():
        if match := _KERNEL.search(line):
            length = re.match(r"\d+", match["mangled"])[0]
            name = match["mangled"][len(length) :][: int(length)]
            kernel = kernels[name, match["gpu"]] = {"shared": 0}
        for pattern in (_MEMORY, _REGISTERS, _SHARED):
            # Lines before the first kernel speak of global memory alone.
            if kernels and (match := pattern.search(line)):
                # The largest, if it calls functions that have their own lines.
                for key, value in match.groupdict().items():
                    kernel[key] = max(kernel.get(key, 0), int(value))
    return kernels


def problems(kernels):
    """Yields what is wrong with each kernel."""
    for (name, gpu), kernel in kernels.items():
        if kernel["stores"] or kernel["loads"]:
            yield (
                f"{name} for {gpu} spills registers: {kernel['stores']} bytes"
                f" of stores, {kernel['loads']} bytes of loads"
            )
        if kernel["registers"] > MAX_REGISTERS:
            yield (
                f"{name} for {gpu} uses {kernel['registers']} registers,"
                f" at most {MAX_REGISTERS}"
            )


class KernelsTest(unittest.TestCase):

    def setUp(self):
        report = FOLDER / "kernels.cu.ptxas.txt"
        self.kernels = read_report(report.read_text(encoding="utf-8"))

    def test_report_has_every_kernel(self):
        listed = re.findall(
            r"^KERNEL\((\w+)\)",
            (FOLDER / "kernel_list.inc").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
        self.assertEqual(
            set(self.kernels),
            {
                (name + problems, gpu)
                for name in listed
                for problems in ("One", "Many")
                for gpu in GPUS
            },
        )

    def test_every_kernel_fits(self):
        print(f"{'kernel':30} GPU    registers  shared   stack")
        for (name, gpu), kernel in sorted(self.kernels.items()):
            print(
                f"{name:30} {gpu} {kernel['registers']:10}"
                f" {kernel['shared']:7} {kernel['stack']:7}"
            )
        found = list(problems(self.kernels))
        if found:
            self.fail("\n".join(found))


class ReportTest(unittest.TestCase):

    def test_finds_what_is_wrong(self):
        def report(stack, stores, loads, registers):
            return list(
                problems(
                    read_report(
                        "ptxas info    : 4 bytes gmem\n"
                        "ptxas info    : Compiling entry function "
                        "'_ZN8autodiff4cuda3SumENS0_12SumArgumentsE'"
                        " for 'sm_90'\n"
                        f"    {stack} bytes stack frame, {stores} bytes spill"
                        f" stores, {loads} bytes spill loads\n"
                        f"ptxas info    : Used {registers} registers\n"
                    )
                )
            )

        self.assertEqual(report(16, 0, 0, 80), [])
        self.assertEqual(
            report(0, 0, 0, 81),
            ["Sum for sm_90 uses 81 registers, at most 80"],
        )
        self.assertEqual(
            report(16, 8, 4, 80),
            [
                "Sum for sm_90 spills registers: 8 bytes of stores,"
                " 4 bytes of loads"
            ],
        )


if __name__ == "__main__":
    unittest.main()
