"""physics_binary: a cc_binary that finds MuJoCo wherever it is copied."""

# Where Bazel puts @mujoco//:shared_library, in bazel-bin and in runfiles.
_FOLDER = "_solib_k8/_U@mujoco_S_S_Cshared_Ulibrary___Umujoco"

def physics_binary(name, linkopts = [], **kwargs):
    """A program that links MuJoCo.

    By itself it looks for libmujoco.so in bazel-bin alone (later releases of
    Bazel do as this rule does): a copy of the program with its .runfiles folder
    beside it would not start.

    Args:
      name: of the binary.
      linkopts: as of cc_binary.
      **kwargs: as of cc_binary.
    """
    rpath = "-Wl,-rpath,$$ORIGIN/%s.runfiles/cvaml/%s" % (name, _FOLDER)
    native.cc_binary(name = name, linkopts = linkopts + [rpath], **kwargs)
