"""What a test linked with :stand_in needs besides."""

# Where it finds libcublas.so, from its working directory.
STAND_IN_ENV = {"LD_LIBRARY_PATH": "autodiff/cuda/testing"}
