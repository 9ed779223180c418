"""A program that times rows when asked: engine.cc, peers/serve.py."""

import json
import select
import subprocess
import sys
import tempfile

# torch.compile may take this long for its first row on a busy machine.
TIMEOUT_SECONDS = 600


def say(sentence):
    """While measuring, beside the tables."""
    print(sentence, file=sys.stderr, flush=True)


class WorkerError(Exception):
    """One sentence: what a program did instead of answering."""


class Worker:
    """The program runs as long as the object is used in a `with`."""

    def __init__(self, name, command, environment=None):
        self.name = name
        self._errors = tempfile.TemporaryFile("w+", encoding="utf-8")
        try:
            self._process = subprocess.Popen(
                command,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                text=True,
            )
        except OSError as error:
            self._errors.close()
            raise WorkerError(
                f"{name} does not start: {command[0]}: {error.strerror}."
            ) from error

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.kill()
        self._process.communicate()
        self._errors.close()

    def hello(self):
        """The first line: the program's name and its rows."""
        return self._read("start")

    def ask(self, row):
        """One measurement of a row."""
        self.begin(row)
        return self.answer(row)

    def begin(self, row):
        """For several programs at once; answer() follows."""
        try:
            self._process.stdin.write(row + "\n")
            self._process.stdin.flush()
        except BrokenPipeError:
            pass  # The answer will say why.

    def answer(self, row):
        answer = self._read(row)
        try:
            is_finite = None not in (answer["seconds"], *answer["check"])
        except (KeyError, TypeError) as error:
            raise WorkerError(
                f"{self.name} answered to {row}: {answer}"
            ) from error
        if not is_finite:
            raise WorkerError(f"{self.name} computes no finite {row}.")
        return answer

    def wait(self):
        """For a program that is asked nothing."""
        self._process.communicate()
        if self._process.returncode != 0:
            raise WorkerError(f"{self.name}: {self._reason()}")

    def _read(self, what):
        # Answers are lines and come one at a time, so nothing is buffered.
        stream = self._process.stdout
        ready, _, _ = select.select([stream], [], [], TIMEOUT_SECONDS)
        if not ready:
            raise WorkerError(
                f"{self.name} did not answer to {what} within "
                f"{TIMEOUT_SECONDS} s."
            )
        line = stream.readline()
        if not line:
            raise WorkerError(f"{self.name} ended at {what}: {self._reason()}")
        try:
            return json.loads(line)
        except ValueError as error:
            raise WorkerError(
                f"{self.name} answered to {what}: {line.strip()}"
            ) from error

    def _reason(self):
        self._process.wait()
        self._errors.seek(0)
        lines = [line.strip() for line in self._errors if line.strip()]
        # Python's message, if there is one, is the line that names the error.
        errors = [line for line in lines if "Error: " in line] or lines
        return errors[-1] if errors else f"status {self._process.returncode}."
