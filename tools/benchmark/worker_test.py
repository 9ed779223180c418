"""What a worker says when its program does not answer as it should."""

import json
import sys
import unittest

from tools.benchmark.worker import Worker, WorkerError


def answering(text):
    """A program that answers to each line with `text`."""
    program = f"import sys\nfor _ in sys.stdin: print({text!r}, flush=True)"
    return Worker("JAX", [sys.executable, "-c", program])


class WorkerTest(unittest.TestCase):
    def assert_fails(self, sentence, worker):
        with worker, self.assertRaises(WorkerError) as caught:
            worker.ask("mlp")
        self.assertEqual(str(caught.exception), sentence)

    def test_answer(self):
        answer = {"row": "mlp", "seconds": 0.5, "check": [1]}
        with answering(json.dumps(answer)) as worker:
            for _ in range(2):
                self.assertEqual(worker.ask("mlp"), answer)

    def test_numbers_that_are_not_finite(self):
        for answer in (
            '{"row": "mlp", "seconds": 1, "check": [2, null]}',
            '{"row": "mlp", "seconds": null, "check": []}',
        ):
            self.assert_fails(
                "JAX computes no finite mlp.", answering(answer)
            )

    def test_text(self):
        self.assert_fails("JAX answered to mlp: hello", answering("hello"))

    def test_something_else(self):
        for answer in ("[]", "{'seconds': 1}"):
            self.assert_fails(
                f"JAX answered to mlp: {answer}",
                answering(answer.replace("'", '"')),
            )

    def test_end(self):
        for program, reason in (
            ("raise ValueError('no\\n such row')", "ValueError: no"),
            ("exit(3)", "status 3."),
        ):
            self.assert_fails(
                f"JAX ended at mlp: {reason}",
                Worker("JAX", [sys.executable, "-c", program]),
            )

    def test_no_such_program(self):
        with self.assertRaises(WorkerError) as caught:
            Worker("JAX", ["/nowhere/python"])
        self.assertEqual(
            str(caught.exception),
            "JAX does not start: /nowhere/python: No such file or directory.",
        )


if __name__ == "__main__":
    unittest.main()
