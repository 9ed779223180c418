#!/usr/bin/env bash
# Installs what building, testing and running needs, all of it from Debian 12's
# own packages. Does nothing where nothing is missing. SETUP_ROOT, for tests,
# stands before the paths of the files that it looks at.
set -euo pipefail

readonly packages=(
  # Bazel, and the rules that its WORKSPACE loads (tools/external).
  bazel-bootstrap bazel-platforms bazel-rules-java bazel-rules-proto
  bazel-skylib g++ git
  # C++ libraries.
  libabsl-dev libbenchmark-dev libeigen3-dev libgmock-dev libgtest-dev
  nlohmann-json3-dev zlib1g-dev
  # Figures, and the peers that tests compare statistics with.
  python3 python3-matplotlib python3-numpy
  # The environment of the benchmark's peers, and what torch.compile compiles
  # with.
  python3-dev python3-venv
  # MuJoCo and the models of its tasks, which pip fetches.
  python3-pip
  # Pictures and videos of tasks: OpenGL in two ways, and the video writer.
  ffmpeg libegl1 libgl1-mesa-dri libosmesa6
  # Format and lint, which are tests.
  clang-format-16 clang-tidy-16
)

fail() {
  printf 'setup: %s\n' "$1" >&2
  exit 1
}

release="${SETUP_ROOT:-}/etc/os-release"
system="$(. "${release}" && echo "${ID:-} ${VERSION_ID:-} on $(uname -m)")" ||
  system='an unknown system'
if [[ "${system}" != 'debian 12 on x86_64' ]]; then
  fail "this is ${system}; only Debian 12 on x86_64 is supported."
fi
for feature in avx2 fma; do
  grep -qw "${feature}" "${SETUP_ROOT:-}/proc/cpuinfo" || fail \
    "this processor has no ${feature^^}; one with AVX2 and FMA is needed."
done

# Another Bazel, hiding Debian's, would not build this.
check_bazel() {
  local bazel
  bazel="$(command -v bazel || echo none)"
  case "${bazel}" in
    "${SETUP_ROOT:-}"/bin/bazel | "${SETUP_ROOT:-}"/usr/bin/bazel) ;;
    *) fail "Debian's /usr/bin/bazel must come first in PATH, not ${bazel}." ;;
  esac
}

mapfile -t missing < <(
  format='${db:Status-Status} ${Package}\n'
  installed="$(dpkg-query --show --showformat="${format}" "${packages[@]}" \
    2> /dev/null || true)"
  for package in "${packages[@]}"; do
    grep -qxF "installed ${package}" <<< "${installed}" || echo "${package}"
  done
)
if ((${#missing[@]} == 0)); then
  check_bazel
  echo 'setup: nothing to install.'
  exit
fi

install=(apt-get install --yes --no-install-recommends "${missing[@]}")
as_root=(env DEBIAN_FRONTEND=noninteractive)
if ((EUID != 0)); then
  command -v sudo > /dev/null || fail \
    "needs root for: apt-get update && ${install[*]}"
  as_root=(sudo "${as_root[@]}")
fi

echo "setup: installing ${missing[*]} (a few minutes the first time)"
log="$(mktemp)"
trap 'rm -f "${log}"' EXIT
if ! "${as_root[@]}" apt-get update > "${log}" 2>&1 ||
  ! "${as_root[@]}" "${install[@]}" > "${log}" 2>&1; then
  tail -n 5 "${log}" >&2
  fail 'apt-get failed, for the reason above; mend it and start set-up again.'
fi
check_bazel
echo 'setup: done.'
