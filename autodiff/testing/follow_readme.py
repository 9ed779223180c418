"""Does what "Add an op" in autodiff/README.md says.

    follow_readme.py README.md op_list.inc op_list.cc ops.h OUTPUT_FOLDER

writes cube.cc, the op that the page makes from its template, and copies of the
other files that know it.
"""

import pathlib
import re
import sys


def blocks(page):
    """Returns the code blocks of "Add an op": pairs of (language, text)."""
    section = page.split("\n## Add an op\n")[1].split("\n## ")[0]
    fenced = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
    return fenced.findall(section)


def example(page):
    """Returns the file ops/tanh.cc and the row that the page shows."""
    code = [text for language, text in blocks(page) if language == "cpp"]
    files = [text for text in code if text.startswith("// ops/tanh.cc\n")]
    rows = [text for text in code if text.startswith("// op_list.inc\n")]
    (file,), (row,) = files, rows
    return file.split("\n", 1)[1], row.split("\n", 1)[1]


def patch(text, diff):
    """Replaces each run of lines with "-" by the lines with "+" after it."""
    hunks = re.findall(r"((?:^-.*\n)+)((?:^\+.*\n)+)", diff, re.MULTILINE)
    if "".join(old + new for old, new in hunks) != diff:
        raise ValueError("the diff is not all of - and + lines")
    for old, new in hunks:
        old = re.sub("^-", "", old, flags=re.MULTILINE)
        new = re.sub("^[+]", "", new, flags=re.MULTILINE)
        if text.count(old) != 1:
            raise ValueError(f"not there exactly once:\n{old}")
        text = text.replace(old, new)
    return text


def cube(page):
    """Returns the file ops/cube.cc and its row, made as the page says."""
    file, row = example(page)
    (diff,) = [text for language, text in blocks(page) if language == "diff"]
    rename = lambda text: text.replace("Tanh", "Cube").replace("tanh", "cube")
    return rename(patch(file, diff)), rename(row)


def main():
    page, op_list, *sources, folder = [pathlib.Path(a) for a in sys.argv[1:]]
    file, row = cube(page.read_text(encoding="utf-8"))
    (folder / "cube.cc").write_text(file, encoding="utf-8")
    rows = folder / "op_list.inc"
    rows.write_text(op_list.read_text(encoding="utf-8") + row, encoding="utf-8")
    for source in sources:
        text = source.read_text(encoding="utf-8")
        include = '#include "autodiff/op_list.inc"'
        if include not in text:
            raise ValueError(f"{source} does not include the op list")
        copy = text.replace(include, '#include "op_list.inc"')  # beside it
        (folder / source.name).write_text(copy, encoding="utf-8")


if __name__ == "__main__":
    main()
