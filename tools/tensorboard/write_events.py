"""Writes event files with TensorBoard's own writer, whose Python runs this.

Reads {path of a file: [[step, wall time, {tag: value}], ...]} as JSON from
standard input. Each file appears whole or not at all.
"""

import json
import os
import sys

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter


def messages(events):
    yield Event(file_version="brain.Event:2")
    for step, wall_time, scalars in events:
        values = [
            Summary.Value(tag=tag, simple_value=value)
            for tag, value in scalars.items()
        ]
        yield Event(
            step=step, wall_time=wall_time, summary=Summary(value=values)
        )


def write(path, events):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    # Not `path.tmp`: TensorBoard would take that for an event file.
    temporary = os.path.join(os.path.dirname(path), "unfinished")
    with open(temporary, "wb") as file:
        writer = RecordWriter(file)
        for message in messages(events):
            writer.write(message.SerializeToString())
        file.flush()
        os.fsync(file.fileno())
    os.replace(temporary, path)


def main():
    for path, events in json.load(sys.stdin).items():
        try:
            write(path, events)
        except OSError as error:
            sys.exit(f"ERROR: cannot write {path}: {error.strerror}")


if __name__ == "__main__":
    main()
