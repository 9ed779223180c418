"""The doors between the rooms: who may include and depend on what.

Bazel enforces them through the package groups in the root BUILD file. This
table is the same rule written a second time, held against the groups, against
the visibility that each BUILD file gives away, and against every #include.
"""

import ast
import re

from tools.lint import source_tree

# Room -> what it may include, besides itself, GoogleTest and Benchmark: first
# folders of other rooms' and of libraries' headers.
DOORS = {
    "autodiff": {"Eigen", "absl", "unsupported"},
    "losses": {"absl", "autodiff"},
    "envs": {"Eigen", "absl", "mujoco", "tools"},
    "rl": {"absl", "autodiff", "envs", "losses"},
    "experiments": {"Eigen", "absl", *source_tree.ROOMS},
    "tools": {
        "Eigen",
        "absl",
        "mujoco",
        "nlohmann",
        "zlib.h",
        *source_tree.ROOMS,
    },
}
FOR_TESTS = {"benchmark", "gmock", "gtest"}

_INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"]*)"', re.MULTILINE)


def include_problems(root):
    """Yields the quoted includes that go through a wall."""
    for path, text in source_tree.list_files(root, source_tree.CPP):
        room = path.parts[0]
        allowed = DOORS[room] | FOR_TESTS | {room}
        for header in _INCLUDE.findall(text):
            if header.split("/")[0] not in allowed:
                yield f"{path}: {room}/ may not include {header}"


def users(room):
    """Returns the rooms that may include `room`."""
    return {user for user in DOORS if room in DOORS[user] or room == user}


def group_problems(root):
    """Yields the package groups that do not say what DOORS says."""
    groups = {}
    for call in _calls(root / "BUILD"):
        if call.func.id == "package_group":
            values = {k.arg: ast.literal_eval(k.value) for k in call.keywords}
            groups[values["name"]] = values

    def rooms_of(name):
        group = groups.get(name, {})
        rooms = {package.split("/")[2] for package in group.get("packages", [])}
        for included in group.get("includes", []):
            rooms |= rooms_of(included[1:])
        return rooms

    # rl/ gets the interface of envs/ only.
    expected = {f"{room}_users": users(room) for room in DOORS}
    expected["envs_interface_users"] = users("envs")
    expected["envs_users"] -= {"rl"}
    del expected["tools_users"]  # A tool says by itself whom it serves.
    for name, rooms in expected.items():
        if rooms_of(name) != rooms:
            yield (
                f"//:{name} holds {sorted(rooms_of(name))}, "
                f"not {sorted(rooms)}"
            )


def visibility_problems(root):
    """Yields the BUILD files that open their room to more than its users."""
    for path, _ in source_tree.list_files(root, ("BUILD",)):
        room = path.parts[0]
        if room not in DOORS or room == "tools":
            continue
        doors = {f"//:{room}_users", "//visibility:private"}
        if room == "envs":
            doors.add("//:envs_interface_users")
        for call in _calls(root / path):
            for keyword in call.keywords:
                if keyword.arg not in ("default_visibility", "visibility"):
                    continue
                for label in ast.literal_eval(keyword.value):
                    inside = re.match(rf"//{room}[/:]", label)
                    if label not in doors and not inside:
                        yield f"{path}: visibility {label} is no door"


def _calls(build_file):
    """Returns the calls in a BUILD file, whose syntax is Python's."""
    tree = ast.parse(build_file.read_text(encoding="utf-8"))
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]
