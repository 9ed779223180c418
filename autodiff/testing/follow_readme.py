"""Does what "Add an op" in autodiff/README.md says.

    follow_readme.py README.md op_list.inc op_list.cc ops.h formulas.h \
        OUTPUT_FOLDER

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
    """Returns the formula, file and row of tanh that the page shows."""
    code = [text for language, text in blocks(page) if language == "cpp"]
    parts = []
    for name in ("ops/formulas.h", "ops/tanh.cc", "op_list.inc"):
        (part,) = [text for text in code if text.startswith(f"// {name}\n")]
        parts.append(part.split("\n", 1)[1])
    return parts


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
    """Returns the cube's formula, file and row, made as the page says."""
    formula, file, row = example(page)
    diffs = [text for language, text in blocks(page) if language == "diff"]
    of_formula, of_file = diffs
    rename = lambda text: text.replace("Tanh", "Cube").replace("tanh", "cube")
    return [
        rename(part)
        for part in (patch(formula, of_formula), patch(file, of_file), row)
    ]


def main():
    page, op_list, *sources, folder = [pathlib.Path(a) for a in sys.argv[1:]]
    formula, file, row = cube(page.read_text(encoding="utf-8"))
    (folder / "cube.cc").write_text(file, encoding="utf-8")
    rows = folder / "op_list.inc"
    rows.write_text(op_list.read_text(encoding="utf-8") + row, encoding="utf-8")
    for source in sources:
        text = source.read_text(encoding="utf-8")
        include = '#include "autodiff/op_list.inc"'
        if include not in text:
            raise ValueError(f"{source} does not include the op list")
        copy = text.replace(include, '#include "op_list.inc"')  # beside it
        before = "constexpr int kMaxFormulaArguments"
        copy = copy.replace(before, f"{formula}\n{before}")
        (folder / source.name).write_text(copy, encoding="utf-8")


if __name__ == "__main__":
    main()
