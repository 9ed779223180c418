"""Prints what TensorBoard's reader finds: {tag: [[step, time, value], ...]}.

    read_events.py FOLDER
"""

import json
import sys

from tensorboard.backend.event_processing import event_accumulator

accumulator = event_accumulator.EventAccumulator(
    sys.argv[1],
    size_guidance={event_accumulator.SCALARS: 0},  # All of them.
)
accumulator.Reload()
found = {
    tag: [
        (event.step, event.wall_time, event.value)
        for event in accumulator.Scalars(tag)
    ]
    for tag in accumulator.Tags()[event_accumulator.SCALARS]
}
json.dump(found, sys.stdout)
