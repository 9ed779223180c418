"""Abseil under its own Bazel names, over Debian's libabsl-dev.

Debian ships headers, one static archive per CMake target and one pkg-config
file per target with its dependencies. This rule reads the pkg-config files and
writes the same graph for Bazel. The headers lie in /usr/include, where the
compiler finds them by itself.
"""

load("//tools/external:debian.bzl", "require")

_LIB = "/usr/lib/x86_64-linux-gnu/"

# Bazel package -> targets that the project may use. A target is listed as
# "name", or "name=module" where pkg-config's module is not called absl_name.
_TARGETS = {
    "algorithm": ["container=algorithm_container"],
    "base": ["core_headers", "log_severity"],
    "cleanup": ["cleanup"],
    "container": [
        "fixed_array",
        "flat_hash_map",
        "flat_hash_set",
        "inlined_vector",
    ],
    "debugging": ["failure_signal_handler", "stacktrace", "symbolize"],
    "flags": [
        "flag=flags",
        "parse=flags_parse",
        "reflection=flags_reflection",
        "usage=flags_usage",
    ],
    "functional": ["any_invocable", "function_ref"],
    "hash": ["hash"],
    "memory": ["memory"],
    "numeric": ["bits", "int128"],
    "random": ["distributions=random_distributions", "random=random_random"],
    "status": ["status", "statusor"],
    "strings": ["str_format", "strings"],
    "time": ["time"],
    "types": ["optional", "span"],
}

def _read_module(ctx, module):
    """Returns (modules it needs, other linker options) of a .pc file."""
    path = _LIB + "pkgconfig/" + module + ".pc"
    requires, linkopts = [], []
    for line in ctx.read(require(ctx, path, "libabsl-dev")).split("\n"):
        key, _, value = line.partition(":")
        if key == "Requires":
            for entry in value.split(","):
                if entry.strip():
                    requires.append(entry.strip().split(" ")[0])
        elif key == "Libs":
            # -latomic stands there for CPUs other than x86.
            linkopts = [
                word
                for word in value.split(" ")
                if word.startswith("-l") and
                   word not in ["-latomic", "-l" + module]
            ]
    return requires, linkopts

def _module_rules(ctx, module, requires, linkopts):
    """Returns the BUILD text of one module; links its archive if it has one."""
    deps = [":" + name for name in requires]
    text = ""
    archive = "lib%s.a" % module
    if ctx.path(_LIB + archive).exists:
        ctx.symlink(_LIB + archive, archive)
        text = 'cc_import(name = "%s_archive", static_library = "%s")\n' % (
            module,
            archive,
        )

        # First the archive, then what it needs: the linker reads once.
        deps = [":%s_archive" % module] + deps
    return text + "cc_library(name = %r, linkopts = %r, deps = %r)\n" % (
        module,
        linkopts,
        deps,
    )

def _debian_absl_impl(ctx):
    public = 'package(default_visibility = ["//visibility:public"])\n'
    todo = []
    for package, targets in _TARGETS.items():
        text = public
        for target in targets:
            name, _, module = target.partition("=")
            module = "absl_" + (module or name)
            text += 'alias(name = "%s", actual = "//:%s")\n' % (name, module)
            todo.append(module)
        ctx.file("absl/%s/BUILD" % package, text)

    text = public
    done = {}
    for _ in range(10000):  # Starlark has no while.
        if not todo:
            break
        module = todo.pop()
        if module not in done:
            done[module] = True
            requires, linkopts = _read_module(ctx, module)
            text += _module_rules(ctx, module, requires, linkopts)
            todo += requires
    ctx.file("BUILD", text)

debian_absl = repository_rule(
    implementation = _debian_absl_impl,
    local = True,
)
