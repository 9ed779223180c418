"""The external repositories: packages of Debian 12, wheels of PyPI, CUDA."""

load("//tools/external:absl.bzl", "debian_absl")
load("//tools/external:cuda.bzl", "cuda_toolkit")
load("//tools/external:debian.bzl", "debian_files", "debian_repository")
load("//tools/external:pypi.bzl", "pypi_wheel")
load("//tools/external:stubs.bzl", "stub_repository")

_LIB = "/usr/lib/x86_64-linux-gnu/"

def external_repositories():
    """Defines every repository the workspace uses."""
    _bazel_repositories()

    cuda_toolkit(
        name = "cuda",
        build_file = "//tools/external:cuda.BUILD",
    )
    debian_absl(name = "com_google_absl")
    debian_files(
        name = "eigen",
        package = "libeigen3-dev",
        build_file = "//tools/external:eigen.BUILD",
        links = {
            "Eigen": "/usr/include/eigen3/Eigen",
            "unsupported/Eigen": "/usr/include/eigen3/unsupported/Eigen",
        },
    )
    debian_files(
        name = "com_google_googletest",
        package = "libgmock-dev",
        build_file = "//tools/external:googletest.BUILD",
        links = {
            "libgmock.a": _LIB + "libgmock.a",
            "libgtest.a": _LIB + "libgtest.a",
            "libgtest_main.a": _LIB + "libgtest_main.a",
        },
    )
    debian_files(
        name = "com_github_google_benchmark",
        package = "libbenchmark-dev",
        build_file = "//tools/external:benchmark.BUILD",
        links = {"libbenchmark_main.a": _LIB + "libbenchmark_main.a"},
    )
    debian_files(
        name = "nlohmann_json",
        package = "nlohmann-json3-dev",
        build_file = "//tools/external:nlohmann_json.BUILD",
        links = {"nlohmann": "/usr/include/nlohmann"},
    )
    debian_files(
        name = "zlib",
        package = "zlib1g-dev",
        build_file = "//tools/external:zlib.BUILD",
        links = {"libz.a": _LIB + "libz.a"},
    )

    # dm_control 1.0.50 does not run on MuJoCo 4.
    pypi_wheel(
        name = "mujoco",
        build_file = "//tools/external:mujoco.BUILD",
        files = [
            "mujoco/include/mujoco/mj",
            "mujoco/include/mujoco/mujoco.h",
            "mujoco/libmujoco.so",
        ],
        sha256 = "d66928d86a2d1b601bbaa4dc11db5021" +
                 "4d17d5301bb8afd84721313b67ff0874",
        wheel = "mujoco-3.17.0-cp311-cp311-" +
                "manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
    )
    pypi_wheel(
        name = "dm_control",
        build_file = "//tools/external:dm_control.BUILD",
        files = ["dm_control/suite/"],
        sha256 = "5434e1e51ff69016867426da7df6064b" +
                 "18d140e4d0a628f879bbcf0e7d0a586d",
        wheel = "dm_control-1.0.50-py3-none-any.whl",
    )
    pypi_wheel(
        name = "safetensors_python",
        build_file = "//tools/external:safetensors_python.BUILD",
        files = [
            "safetensors/__init__.py",
            "safetensors/_safetensors_rust.abi3.so",
            "safetensors/numpy.py",
        ],
        sha256 = "fd6f3f93c9a0a7cc2788ee63fb763353" +
                 "d4bd2e89b0751bc78fcf7dda00bea774",
        wheel = "safetensors-0.8.0-cp310-abi3-" +
                "manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    )

def _bazel_repositories():
    """What Bazel itself asks for and would otherwise download."""
    debian_repository(
        name = "bazel_skylib",
        package = "bazel-skylib",
        path = "/usr/share/bazel/tools/skylib",
    )
    debian_repository(
        name = "platforms",
        package = "bazel-platforms",
        path = "/usr/share/bazel/tools/platforms",
    )
    debian_repository(
        name = "rules_java",
        package = "bazel-rules-java",
        path = "/usr/share/bazel/rules/java",
    )
    debian_repository(
        name = "rules_proto",
        package = "bazel-rules-proto",
        path = "/usr/share/bazel/rules/proto",
    )

    # Debian's own bazel-rules-cc is too new for its Bazel; the native rules
    # behind these names are all that is needed.
    stub_repository(
        name = "rules_cc",
        files = {
            "cc/BUILD": 'exports_files(["defs.bzl"])\n',
            "cc/defs.bzl": "".join([
                "%s = native.%s\n" % (rule, rule)
                for rule in [
                    "cc_binary",
                    "cc_import",
                    "cc_library",
                    "cc_proto_library",
                    "cc_test",
                    "cc_toolchain",
                    "cc_toolchain_suite",
                    "fdo_prefetch_hints",
                    "fdo_profile",
                    "objc_import",
                    "objc_library",
                ]
            ]),
        },
    )

    # Every test rule names these two targets, used by `bazel coverage` only.
    stub_repository(
        name = "remote_coverage_tools",
        files = {
            "BUILD": """
filegroup(
    name = "coverage_report_generator",
    visibility = ["//visibility:public"],
)

filegroup(
    name = "lcov_merger",
    visibility = ["//visibility:public"],
)
""",
        },
    )
