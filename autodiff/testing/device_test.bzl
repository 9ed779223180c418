"""Tests of programs on a device (device_under_test.h)."""

load("//autodiff/cuda/testing:stand_in.bzl", "STAND_IN_ENV")
load("//tools/external:cuda.bzl", "ONLY_WITH_CUDA")

def device_test(
        name,
        srcs,
        deps,
        size = "medium",
        shard_count = None,
        on_device = "*"):
    """The test `name` on an emulated GPU and, with --config=cuda, two more.

    `name`_on_gpu is on a real one, and skips where this machine has none.
    `name`_on_stand_in runs the same host code on a stand-in for CUDA, without a
    GPU.

    Args:
      name: of the cc_test.
      srcs: of all.
      deps: of all.
      size: of all.
      shard_count: of those without a GPU.
      on_device: gtest filter of what the last one runs.
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
    native.cc_test(
        name = name + "_on_stand_in",
        size = size,
        srcs = srcs,
        args = ["--gtest_filter=" + on_device],
        env = STAND_IN_ENV,
        shard_count = shard_count,
        tags = [
            "cuda",
            "no-lint",
        ],
        target_compatible_with = ONLY_WITH_CUDA,
        deps = deps + ["//autodiff/cuda/testing:stand_in_gpu"],
    )
