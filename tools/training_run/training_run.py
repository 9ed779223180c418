"""The records of a training run: metrics.csv, eval.csv and config.flags.

The run may still be writing: a last line without its end does not count yet,
and either table may be missing.
"""

import dataclasses
import pathlib


class RecordError(Exception):
    """One sentence."""


@dataclasses.dataclass
class Run:
    """Steps are env steps, in ascending order."""

    folder: pathlib.Path
    # Name -> value, as in config.flags; empty if there is no such file.
    flags: dict
    # Column -> [(step, value)] without the empty cells.
    metrics: dict
    # [(step, the returns of the evaluation's episodes)]
    evaluations: list

    def is_empty(self):
        return not self.metrics and not self.evaluations


def read_run(folder):
    folder = pathlib.Path(folder)
    if not folder.is_dir():
        raise RecordError(f"there is no folder {folder}")
    tables = [folder / "metrics.csv", folder / "eval.csv"]
    if not any(table.exists() for table in tables):
        raise RecordError(f"{folder} has no metrics.csv")
    metrics = {}
    for step, row in _read_table(tables[0], ["env_steps"]):
        for column, value in row.items():
            metrics.setdefault(column, []).append((step, value))
    evaluations = {}
    for step, row in _read_table(tables[1], ["env_steps", "return"]):
        if "return" in row:
            evaluations.setdefault(step, []).append(row["return"])
    return Run(
        folder=folder,
        flags=_read_flags(folder / "config.flags"),
        metrics=metrics,
        evaluations=list(evaluations.items()),
    )


def _read_text(path):
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise RecordError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise RecordError(f"{path} is no text") from error


def _read_flags(path):
    return dict(
        line[2:].split("=", 1)
        for line in _read_text(path).splitlines()
        if line.startswith("--") and "=" in line
    )


def _read_table(path, needed):
    """Yields (step, {column: value}) of each whole line; no empty cells."""
    lines = _read_text(path).split("\n")[:-1]  # The last is torn, or empty.
    if not lines:
        return
    columns = lines[0].split(",")
    for column in needed:
        if columns.count(column) != 1:
            raise RecordError(
                f"{path} must have one column {column}: it has {lines[0]}"
            )
    last = 0
    for number, line in enumerate(lines[1:], start=2):
        cells = line.split(",")
        try:
            if len(cells) != len(columns):
                raise ValueError
            row = {
                column: float(cell)
                for column, cell in zip(columns, cells)
                if cell
            }
            step = int(cells[columns.index("env_steps")])
        except ValueError as error:
            raise RecordError(
                f'{path}:{number}: "{line[:60]}" is no row of {len(columns)} '
                "numbers"
            ) from error
        if step < last:
            raise RecordError(
                f"{path}:{number}: env_steps go back from {last} to {step}"
            )
        last = step
        yield step, row
