"""Writes compile_commands.json, from which clangd and other editors learn how
each C++ file is compiled.

    bazel run //tools:compile_commands
"""

import json
import os
import pathlib
import subprocess

# Options that clang does not know.
GCC_ONLY = ("-fno-canonical-system-headers", "-Wno-free-nonheap-object")


def bazel(*arguments):
    return subprocess.run(
        ["bazel", *arguments], check=True, stdout=subprocess.PIPE, text=True
    ).stdout


def main():
    # While a program runs under `bazel run`, the server is free.
    os.chdir(os.environ["BUILD_WORKSPACE_DIRECTORY"])
    actions = json.loads(
        bazel(
            "aquery",
            "--output=jsonproto",
            "--include_artifacts=false",
            "--ui_event_filters=-info",
            "--noshow_progress",
            'mnemonic("CppCompile", //...)',
        )
    )["actions"]

    # Paths in the commands are relative to here: the folder with both the
    # sources and external/.
    execution_root = bazel("info", "execution_root").strip()
    commands = {}
    for action in actions:
        command = [a for a in action["arguments"] if a not in GCC_ONLY]
        source = command[command.index("-c") + 1]
        commands[source] = {
            "directory": execution_root,
            "file": os.path.abspath(source),
            "arguments": command,
        }
    text = json.dumps(list(commands.values()), indent=1)
    pathlib.Path("compile_commands.json").write_text(text, encoding="utf-8")
    print(f"compile_commands.json: {len(commands)} files")


if __name__ == "__main__":
    main()
