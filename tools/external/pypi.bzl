"""pypi_wheel: some files of one pinned wheel from PyPI."""

# pip fetches, with whatever index, proxy and certificates it is set up for.
_PIP = ["/usr/bin/python3", "-m", "pip"]

_UNPACK = """
import sys, zipfile
wheel, *prefixes = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    names = [n for n in archive.namelist() if n.startswith(tuple(prefixes))]
    archive.extractall(".", names)
"""

def _download(ctx):
    """Puts the wheel here, from Bazel's repository cache if it is there."""
    wheel = ctx.attr.wheel

    # A URL is needed even where a cache or --distdir has the file.
    cached = ctx.download(
        url = "file:///nowhere/" + wheel,
        output = wheel,
        sha256 = ctx.attr.sha256,
        allow_fail = True,
    )
    if cached.success:
        return
    name, version = wheel.split("-")[:2]
    tags = wheel[:-len(".whl")].split("-")[2:]
    command = _PIP + [
        "download",
        "--quiet",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary=:all:",
        "--python-version=" + ctx.attr.python_version,
        "--implementation=" + ("py" if tags[1] == "none" else "cp"),
        "--abi=" + tags[1],
    ] + ["--platform=" + platform for platform in tags[2].split(".")] + [
        "--dest=download",
        "%s==%s" % (name, version),
    ]
    result = ctx.execute(command, timeout = 1200)
    if result.return_code != 0:
        fail(("Cannot fetch %s with pip (%s). With a network, run " +
              "./tools/setup.sh and try again; without one, put the file in " +
              "a folder and add --distdir=FOLDER to the Bazel command.") % (
            wheel,
            (result.stderr or result.stdout).strip().split("\n")[-1],
        ))

    # Through Bazel, which checks the sum and keeps the file in its cache.
    ctx.download(
        url = "file://%s" % ctx.path("download/" + wheel),
        output = wheel,
        sha256 = ctx.attr.sha256,
    )
    ctx.delete("download")

def _pypi_wheel_impl(ctx):
    _download(ctx)
    result = ctx.execute(
        ["/usr/bin/python3", "-c", _UNPACK, ctx.attr.wheel] + ctx.attr.files,
    )
    if result.return_code != 0:
        fail("Cannot unpack %s: %s" % (ctx.attr.wheel, result.stderr))
    ctx.delete(ctx.attr.wheel)
    ctx.symlink(ctx.attr.build_file, "BUILD")

pypi_wheel = repository_rule(
    implementation = _pypi_wheel_impl,
    doc = "Files of a wheel, described by a BUILD file of ours.",
    attrs = {
        "build_file": attr.label(mandatory = True, allow_single_file = True),
        "files": attr.string_list(
            mandatory = True,
            doc = "Only what starts with one of these is unpacked.",
        ),
        "python_version": attr.string(default = "3.11"),
        "sha256": attr.string(mandatory = True),
        "wheel": attr.string(mandatory = True, doc = "Its file name."),
    },
)
