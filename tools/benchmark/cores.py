"""What there is to measure on."""

import pathlib

_TOPOLOGY = "/sys/devices/system/cpu"


def separate(allowed, topology=_TOPOLOGY):
    """One hyperthread of each core: the first allowed one."""
    chosen, taken = [], set()
    for cpu in sorted(allowed):
        if cpu not in taken:
            chosen.append(cpu)
            taken |= _siblings(cpu, topology)
    return chosen


def _siblings(cpu, topology):
    """The hyperthreads of the core of `cpu`; only it if nothing is known."""
    path = pathlib.Path(topology, f"cpu{cpu}/topology/thread_siblings_list")
    try:
        text = path.read_text(encoding="utf-8")
    except OSError:
        return {cpu}
    found = set()
    for part in text.strip().split(","):  # "0,4" or "0-1"
        first, _, last = part.partition("-")
        found |= set(range(int(first), int(last or first) + 1))
    return found


def machine():
    """What /proc/cpuinfo calls the CPU."""
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        for line in file:
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    return "unknown CPU"
