"""Tests of programs on a device (device_under_test.h)."""

load("//tools/external:cuda.bzl", "ONLY_WITH_CUDA")

def device_test(name, srcs, deps, size = "medium", shard_count = None):
    """The test `name` on an emulated GPU and, on a real one, `name`_on_gpu.

    The latter is there with --config=cuda only, and skips where this machine
    has no GPU.

    Args:
      name: of the cc_test.
      srcs: of both.
      deps: of both.
      size: of both.
      shard_count: of the first.
    """
    native.cc_test(
        name = name,
        size = size,
        srcs = srcs,
        shard_count = shard_count,
        deps = deps + ["//autodiff/testing:emulated_gpu"],
    )
    native.cc_test(
        name = name + "_on_gpu",
        size = size,
        srcs = srcs,
        # What it finds depends on the machine; lint sees the sources above.
        tags = [
            "cuda",
            "external",
            "local",
            "no-lint",
        ],
        target_compatible_with = ONLY_WITH_CUDA,
        deps = deps + ["//autodiff/testing:real_gpu"],
    )
