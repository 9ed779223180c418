"""Runs a program that may take long, or hang."""

import contextlib
import os
import signal
import subprocess
import tempfile

LIMIT_SECONDS = 1800
_TAIL = 60  # lines


class ProcessError(Exception):
    """One sentence; `log` is the end of what the program has said."""

    def __init__(self, sentence, log=""):
        super().__init__(sentence)
        self.log = log


def run(command):
    """Returns its status and all that it has printed.

    Interrupted, or after LIMIT_SECONDS, it ends with all that it has started.
    """
    with tempfile.TemporaryFile("w+", errors="replace") as output:
        try:
            process = subprocess.Popen(  # pylint: disable=consider-using-with
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        except OSError as error:
            raise ProcessError(
                f"{command[0]} does not start: {error.strerror}"
            ) from error
        try:
            status = process.wait(LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            status = None
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        output.seek(0)
        text = output.read()
    if status is None:
        sentence = f"it did not end within {LIMIT_SECONDS} s"
        raise ProcessError(sentence, tail(text))
    return status, text


def tail(text):
    """Its last lines."""
    return "\n".join(text.splitlines()[-_TAIL:])
