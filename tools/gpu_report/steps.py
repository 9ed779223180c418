"""All steps of a report: each one may fail, and the others go on."""

import functools

from tools.benchmark import peer_environment
from tools.gpu_report import gtest, machine, sanitizer, speed
from tools.gpu_report.process import ProcessError, tail
from tools.virtual_environment import virtual_environment


def start(device, begun):
    """What a report is about, before its steps: all that text.py shows."""
    return {
        "device": device,
        "begun": begun,
        "machine": [],
        "programs": {},
        "samples": [],
        "steps": [],
    }


def plan(results, arguments):
    """[(name, function)] in the order of running: what is slow comes last.

    A function returns whether all is fine, a sentence, and the end of what a
    program has printed if it is of interest. Tables go into `results`.
    """
    steps = [("machine", functools.partial(_describe, results))]
    for program, _ in arguments.test:
        steps.append((program, functools.partial(_test, program)))
    peers = []
    steps.append(
        ("JAX", functools.partial(_install, peers, arguments.peers_dir))
    )
    steps.append(
        ("speed", functools.partial(_measure, results, peers, arguments))
    )
    for tool in sanitizer.TOOLS:
        for program, some in arguments.test:
            function = functools.partial(_sanitize, tool, program, some)
            steps.append((f"{tool} of {program}", function))
    return steps


def run(function):
    """Returns the keys of a step that say how it went."""
    try:
        fine, says, log = function()
    except ProcessError as error:
        fine, says, log = False, str(error), error.log
    return {"fine": fine, "says": says, "log": log}


def _describe(results):
    results["machine"] = machine.describe(results["device"])
    return True, "see above", ""


def _test(program):
    result = gtest.run(program)
    fine = gtest.is_fine(result)
    return fine, gtest.describe(result), "" if fine else tail(result.output)


def _sanitize(tool, program, some):
    errors, result = sanitizer.run(tool, program, some)
    fine = errors == 0 and gtest.is_fine(result)
    says = f"{errors} error(s); {gtest.describe(result)}"
    return fine, says, "" if fine else tail(result.output)


def _install(peers, folder):
    try:
        peer_environment.install_for_gpu(folder)
    except (OSError, virtual_environment.InstallError) as error:
        return False, f"not installed: {error}", ""
    peers.append(speed.JAX)
    return True, "installed", ""


def _measure(results, peers, arguments):
    programs = [speed.OURS, speed.TF32, *peers]
    problems = speed.measure(results, programs, arguments)
    return not problems, "; ".join(problems) or "see below", ""
