"""Repository rules over files that Debian packages put on this machine."""

def require(ctx, path, package):
    """Returns `path`, or stops with what to do if it does not exist.

    Args:
      ctx: the repository rule's context.
      path: absolute path of a file or folder.
      package: the Debian package that holds it.

    Returns:
      `path` as a path object.
    """
    found = ctx.path(path)
    if not found.exists:
        fail(("The Debian package %s is missing (no %s): run " +
              "./tools/setup.sh") % (package, path))
    return found

def _debian_files_impl(ctx):
    for link, path in ctx.attr.links.items():
        ctx.symlink(require(ctx, path, ctx.attr.package), link)
    ctx.symlink(ctx.attr.build_file, "BUILD")

# local: looked at again whenever the Bazel server starts.
debian_files = repository_rule(
    implementation = _debian_files_impl,
    doc = "Links to some installed files, described by a BUILD file of ours.",
    local = True,
    attrs = {
        "build_file": attr.label(mandatory = True, allow_single_file = True),
        "links": attr.string_dict(
            mandatory = True,
            doc = "Path in the repository -> absolute path.",
        ),
        "package": attr.string(mandatory = True),
    },
)

def _debian_repository_impl(ctx):
    root = require(ctx, ctx.attr.path, ctx.attr.package)
    for entry in root.readdir():
        ctx.symlink(entry, entry.basename)

debian_repository = repository_rule(
    implementation = _debian_repository_impl,
    doc = "A folder that is a Bazel repository already.",
    local = True,
    attrs = {
        "package": attr.string(mandatory = True),
        "path": attr.string(mandatory = True),
    },
)
