"""The CUDA toolkit of this machine as @cuda, and cuda_library over its nvcc.

Nothing but `--config=cuda` needs the toolkit: where there is none, @cuda holds
empty targets, and without that option the targets of cuda_library are skipped
by //... .
"""

load("@bazel_tools//tools/build_defs/cc:action_names.bzl", "ACTION_NAMES")
load("@bazel_tools//tools/cpp:toolchain_utils.bzl", "find_cpp_toolchain")

# nvcc finds the rest of its toolkit from where it lies. Its release stands in
# the file so that another one's results are not taken for this one's.
_NVCC = """#!/bin/sh
# {release}
exec {nvcc} "$@"
"""

_NO_TOOLKIT = """
package(default_visibility = ["//visibility:public"])

filegroup(name = "nvcc")

cc_library(name = "headers")

cc_library(name = "cudart")
"""

def _cuda_toolkit_impl(ctx):
    root = ctx.os.environ.get("CUDA_HOME", "/usr/local/cuda")
    nvcc = root + "/bin/nvcc"
    if not ctx.path(nvcc).exists:
        ctx.file("BUILD", _NO_TOOLKIT)
        return
    version = ctx.execute([nvcc, "--version"])
    if version.return_code != 0:
        fail("%s --version fails: %s" % (nvcc, version.stderr.strip()))
    release = version.stdout.strip().split("\n")[-1]
    ctx.file("nvcc", _NVCC.format(nvcc = nvcc, release = release))
    ctx.symlink(root + "/include", "include")
    ctx.symlink(root + "/lib64", "lib64")
    ctx.symlink(ctx.attr.build_file, "BUILD")

# local: looked at again whenever the Bazel server starts.
cuda_toolkit = repository_rule(
    implementation = _cuda_toolkit_impl,
    doc = "The toolkit in $CUDA_HOME, by default /usr/local/cuda, if any.",
    environ = ["CUDA_HOME"],
    local = True,
    attrs = {
        "build_file": attr.label(mandatory = True, allow_single_file = True),
    },
)

# Machine code for compute capabilities 8.x and 9.x, and PTX, which the driver
# compiles for later ones.
_OPTIONS = [
    "-std=c++20",
    "-O3",
    "-DNDEBUG",
    "--expt-relaxed-constexpr",
    "-gencode=arch=compute_80,code=sm_80",
    "-gencode=arch=compute_90,code=[sm_90,compute_90]",
    "-Werror=all-warnings",
    "-Xcompiler=-Wall,-Wextra,-Werror",
    "-Xptxas=-v",
]

def _compile(ctx, source, inputs, includes, compiler):
    """Returns (object, what ptxas says of each kernel) of a .cu file."""
    name = source.basename
    object = ctx.actions.declare_file(name + ".o")
    report = ctx.actions.declare_file(name + ".ptxas.txt")
    arguments = ctx.actions.args()
    arguments.add_all([report, ctx.files._nvcc[0], "-ccbin", compiler])
    arguments.add_all(_OPTIONS)
    arguments.add_all(includes, format_each = "-I%s")
    arguments.add_all(["-c", source, "-o", object])
    ctx.actions.run_shell(
        command = 'report="$1"; shift; "$@" > "${report}" 2>&1 || ' +
                  '{ cat "${report}" >&2; exit 1; }',
        arguments = [arguments],
        inputs = depset([source], transitive = inputs),
        tools = [ctx.files._nvcc[0]],
        outputs = [object, report],
        mnemonic = "CudaCompile",
        progress_message = "Compiling %s" % source.short_path,
        use_default_shell_env = True,
    )
    return object, report

def _cuda_library_impl(ctx):
    if not ctx.files._nvcc:
        fail("--config=cuda needs the CUDA toolkit: there is no nvcc in " +
             "$CUDA_HOME/bin or, without that variable, /usr/local/cuda/bin.")
    toolchain = find_cpp_toolchain(ctx)
    features = cc_common.configure_features(
        ctx = ctx,
        cc_toolchain = toolchain,
        requested_features = ctx.features,
        unsupported_features = ctx.disabled_features,
    )
    needed = cc_common.merge_cc_infos(
        cc_infos = [dep[CcInfo] for dep in ctx.attr.deps],
    )
    own = CcInfo(compilation_context = cc_common.create_compilation_context(
        headers = depset(ctx.files.hdrs),
    ))

    sources = [file for file in ctx.files.srcs if file.extension == "cu"]
    headers = [file for file in ctx.files.srcs if file.extension != "cu"]
    compiled = [
        _compile(
            ctx,
            source,
            inputs = [
                depset(headers + ctx.files.hdrs),
                needed.compilation_context.headers,
            ],
            includes = needed.compilation_context.quote_includes,
            compiler = cc_common.get_tool_for_action(
                feature_configuration = features,
                action_name = ACTION_NAMES.cpp_compile,
            ),
        )
        for source in sources
    ]
    objects = depset([object for object, _ in compiled])
    make_context = cc_common.create_linking_context_from_compilation_outputs
    linking, outputs = make_context(
        name = ctx.label.name,
        actions = ctx.actions,
        feature_configuration = features,
        cc_toolchain = toolchain,
        compilation_outputs = cc_common.create_compilation_outputs(
            objects = objects,
            pic_objects = objects,
        ),
        linking_contexts = [
            needed.linking_context,
            ctx.attr._cudart[CcInfo].linking_context,
        ],
        disallow_dynamic_library = True,
    )
    return [
        DefaultInfo(files = objects),
        OutputGroupInfo(ptxas = depset([report for _, report in compiled])),
        CcInfo(
            compilation_context = cc_common.merge_cc_infos(
                cc_infos = [own, needed],
            ).compilation_context,
            linking_context = linking,
        ),
    ]

_cuda_library = rule(
    implementation = _cuda_library_impl,
    fragments = ["cpp"],
    toolchains = ["@bazel_tools//tools/cpp:toolchain_type"],
    attrs = {
        "deps": attr.label_list(providers = [CcInfo]),
        "hdrs": attr.label_list(allow_files = [".h"]),
        "srcs": attr.label_list(allow_files = [".cu", ".cuh", ".h"]),
        "_cc_toolchain": attr.label(
            default = "@bazel_tools//tools/cpp:current_cc_toolchain",
        ),
        "_cudart": attr.label(default = "@cuda//:cudart"),
        "_nvcc": attr.label(default = "@cuda//:nvcc", allow_files = True),
    },
)

# For targets that there are with --config=cuda only.
ONLY_WITH_CUDA = select({
    "//tools/external:with_cuda": [],
    "//conditions:default": ["@platforms//:incompatible"],
})

def cuda_library(name, **kwargs):
    """A cc_library of .cu files.

    Its output group `ptxas` is what the assembler says of each kernel and GPU:
    registers, memory, spills.

    Args:
      name: of the library.
      **kwargs: srcs, hdrs, deps and visibility as of cc_library.
    """
    _cuda_library(
        name = name,
        target_compatible_with = ONLY_WITH_CUDA,
        **kwargs
    )
