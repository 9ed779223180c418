"""clang_tidy_test: clang-tidy over the C++ targets of a package.

Put it last in a BUILD file. It finds the C++ targets above it by itself, so
there is no list to keep; `structure_test` fails if a BUILD file with C++
targets lacks it.

    load("//tools/lint:clang_tidy.bzl", "clang_tidy_test")

    clang_tidy_test(name = "lint")

An aspect makes one action per target, with the options of the real compilation:
a target whose sources and headers did not change is not looked at again.
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

# Options that only GCC knows, and the redefinition of __DATE__.
_NOT_FOR_CLANG = (
    "-D__",
    "-Wno-free-nonheap-object",
    "-Wno-maybe-uninitialized",
    "-fno-canonical-system-headers",
    "-fno-sanitize",
    "-fsanitize",  # Would need clang's own headers for it.
)

_ClangTidyInfo = provider(fields = {"reports": "Depset of files."})

def _compile_flags(ctx, context):
    """Returns the options a source of the target is compiled with."""
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    fragment = ctx.fragments.cpp
    variables = cc_common.create_compile_variables(
        feature_configuration = features,
        cc_toolchain = toolchain,
        user_compile_flags = fragment.copts + fragment.cxxopts + [
            ctx.expand_make_variables("copts", copt, {})
            for copt in ctx.rule.attr.copts
        ],
        include_directories = context.includes,
        # Not the external ones: clang would not treat their headers as
        # system headers then.
        quote_include_directories = depset(["."]),
        system_include_directories = context.system_includes,
        preprocessor_defines = depset(
            ctx.rule.attr.local_defines,
            transitive = [context.defines],
        ),
    )
    flags = cc_common.get_memory_inefficient_command_line(
        feature_configuration = features,
        action_name = ACTION_NAMES.cpp_compile,
        variables = variables,
    )

    return [flag for flag in flags if not flag.startswith(_NOT_FOR_CLANG)]

def _clang_tidy_aspect_impl(target, ctx):
    sources = [
        file
        for file in ctx.rule.files.srcs
        if file.extension == "cc"
    ]
    if not sources:  # Headers are looked at with the sources including them.
        return _ClangTidyInfo(reports = depset())

    deps = [dep[CcInfo] for dep in ctx.rule.attr.deps if CcInfo in dep]
    if CcInfo in target:
        deps.append(target[CcInfo])
    context = cc_common.merge_cc_infos(cc_infos = deps).compilation_context

    # All sources of a target as one file: 40 small files that include Eigen
    # take not much longer than one.
    together = ctx.actions.declare_file(ctx.label.name + ".clang_tidy.cc")
    ctx.actions.write(together, "".join([
        '#include "%s"  // NOLINT(bugprone-suspicious-include)\n' % file.path
        for file in sources
    ]))

    report = ctx.actions.declare_file(ctx.label.name + ".clang_tidy.txt")
    arguments = ctx.actions.args()
    arguments.add_all([report, ctx.file._config, together])
    arguments.add_all(sources)
    arguments.add("--")
    arguments.add_all(_compile_flags(ctx, context))
    ctx.actions.run(
        executable = ctx.file._clang_tidy,
        arguments = [arguments],
        inputs = depset(
            ctx.rule.files.srcs + [together, ctx.file._config],
            transitive = [context.headers],
        ),
        outputs = [report],
        mnemonic = "ClangTidy",
        progress_message = "Linting %s" % ctx.label,
    )
    return _ClangTidyInfo(reports = depset([report]))

_clang_tidy_aspect = aspect(
    implementation = _clang_tidy_aspect_impl,
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
    attrs = {
        "_cc_toolchain": attr.label(
            default = "@bazel_tools//tools/cpp:current_cc_toolchain",
        ),
        "_clang_tidy": attr.label(
            default = "//tools/lint:clang_tidy.sh",
            allow_single_file = True,
        ),
        "_config": attr.label(
            default = "//:.clang-tidy",
            allow_single_file = True,
        ),
    },
)

def _clang_tidy_test_impl(ctx):
    reports = depset(
        transitive = [dep[_ClangTidyInfo].reports for dep in ctx.attr.targets],
    ).to_list()
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(
        script,
        "#!/bin/bash\n# A clean target leaves an empty report.\n" +
        "! cat %s | grep .\n" % " ".join([r.short_path for r in reports]),
        is_executable = True,
    )
    return DefaultInfo(
        executable = script,
        runfiles = ctx.runfiles(reports),
    )

_clang_tidy_test = rule(
    implementation = _clang_tidy_test_impl,
    attrs = {"targets": attr.label_list(aspects = [_clang_tidy_aspect])},
    test = True,
)

def clang_tidy_test(name, tags = []):
    """Lints the cc_* targets declared so far here, unless tagged no-lint.

    Args:
      name: of the test.
      tags: of it; `cuda` where sources differ with --config=cuda.
    """
    _clang_tidy_test(
        name = name,
        size = "small",
        tags = tags,
        targets = [
            ":" + rule["name"]
            for rule in native.existing_rules().values()
            if rule["kind"] in ["cc_binary", "cc_library", "cc_test"] and
               "no-lint" not in rule["tags"]
        ],
    )
