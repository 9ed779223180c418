"""stub_repository: a repository whose few files are written here."""

def _stub_repository_impl(ctx):
    ctx.file("BUILD")
    for path, content in ctx.attr.files.items():
        ctx.file(path, content, executable = False)

stub_repository = repository_rule(
    implementation = _stub_repository_impl,
    attrs = {
        "files": attr.string_dict(
            mandatory = True,
            doc = "Path in the repository -> content.",
        ),
    },
)
