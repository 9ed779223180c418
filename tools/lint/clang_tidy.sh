#!/bin/bash
# Usage: clang_tidy.sh REPORT CONFIG TOGETHER SOURCE... -- COMPILE_FLAG...
#
# Writes what clang-tidy finds in the sources to REPORT, nothing if they are
# clean. TOGETHER includes all of them. If they do not compile as one file (two
# of them give the same name to different things), they are linted one by one.

readonly report="$1" config="$2" together="$3"
shift 3
sources=()
while [[ "$1" != -- ]]; do
  sources+=("$1")
  shift
done

if ! command -v clang-tidy-16 > /dev/null; then
  echo 'clang-tidy-16 is missing: run ./tools/setup.sh' > "${report}"
  exit
fi

lint() {
  local file="$1"
  shift
  # The output counts even if nothing is wrong: what is in system headers.
  if ! clang-tidy-16 --quiet --config-file="${config}" \
    --header-filter='^(\./)?(autodiff|envs|experiments|losses|rl|tools)/' \
    "${file}" "$@" > "${report}.part" 2>&1; then
    sed "s|^${PWD}/||; /warnings generated\.$/d" "${report}.part"
  fi
}

lint "${together}" "$@" > "${report}"
if grep -q 'clang-diagnostic-error' "${report}"; then
  for file in "${sources[@]}"; do
    lint "${file}" "$@"
  done > "${report}"
fi
rm -f "${report}.part"
