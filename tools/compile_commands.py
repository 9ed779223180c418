"""Writes compile_commands.json, from which clangd and other editors learn how
each C++ file is compiled.

    bazel run //tools:compile_commands
"""

import json
import os
import pathlib
import subprocess

# Options that only GCC knows, and the redefinition of __DATE__.
NOT_FOR_CLANG = (
    "-D__",
    "-Wno-free-nonheap-object",
    "-fno-canonical-system-headers",
)


def bazel(command, *arguments):
    """Returns what a Bazel command prints."""
    return subprocess.run(
        ["bazel", command, "--noshow_progress", *arguments],
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def main():
    # While a program runs under `bazel run`, the server is free.
    os.chdir(os.environ["BUILD_WORKSPACE_DIRECTORY"])
    actions = json.loads(
        bazel(
            "aquery",
            "--output=jsonproto",
            "--include_artifacts=false",
            'mnemonic("CppCompile", //...)',
        )
    )["actions"]

    # Commands run in a folder that holds external/ beside our sources; in the
    # source tree itself, external/ has to be named in full.
    external = bazel("info", "output_base").strip() + "/external/"
    commands = {}
    for action in actions:
        command = []
        for argument in action["arguments"]:
            if argument.startswith("external/"):
                # clang shows no warnings about the headers in -isystem folders.
                command[-1] = "-isystem"
                argument = argument.replace("external/", external, 1)
            if not argument.startswith(NOT_FOR_CLANG):
                command.append(argument)
        source = command[command.index("-c") + 1]
        commands[source] = {
            "directory": os.getcwd(),
            "file": source,
            "arguments": command,
        }
    text = json.dumps(list(commands.values()), indent=1)
    pathlib.Path("compile_commands.json").write_text(text, encoding="utf-8")
    print(f"compile_commands.json: {len(commands)} files")


if __name__ == "__main__":
    main()
