"""Does what "Add your own task" in envs/README.md says.

    follow_readme.py README.md domain_list.inc tasks.cc tasks.h OUTPUT_FOLDER

writes the task's file, and copies of the other files that know of it.
"""

import pathlib
import re
import sys


def example(page):
    """Returns the page's blocks of C++ that are files or parts of them."""
    section = page.split("\n## Add your own task\n")[1].split("\n## ")[0]
    block = re.compile(r"^```cpp\n// dmc/(\S+)\n(.*?)^```$", re.M | re.S)
    return dict(block.findall(section))


def main():
    page, domains, *sources, folder = [pathlib.Path(a) for a in sys.argv[1:]]
    files = example(page.read_text(encoding="utf-8"))
    row = files.pop("domain_list.inc")
    files["domain_list.inc"] = domains.read_text(encoding="utf-8") + row
    for source in sources:
        include = '#include "envs/dmc/domain_list.inc"'
        text = source.read_text(encoding="utf-8")
        if include not in text:
            raise ValueError(f"{source} does not include the list")
        text = text.replace(include, '#include "domain_list.inc"')  # beside it
        files[source.name] = text
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
