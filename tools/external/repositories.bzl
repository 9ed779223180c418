"""The external repositories, all of them over packages of Debian 12."""

load("//tools/external:absl.bzl", "debian_absl")
load("//tools/external:debian.bzl", "debian_files", "debian_repository")
load("//tools/external:stubs.bzl", "stub_repository")

_LIB = "/usr/lib/x86_64-linux-gnu/"

def external_repositories():
    """Defines every repository the workspace uses."""
    _bazel_repositories()

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
