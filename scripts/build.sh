#!/usr/bin/env bash
# Takes any machine, also one where nothing is installed, to a build in build/PRESET.
#   scripts/build.sh [PRESET]      release is the default; CMakePresets.json has the others
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
preset=${1:-release}
groups=(build)
case "$preset" in bench) groups+=(bench) ;; fuzz) groups+=(fuzz) ;; esac
scripts/install_packages.sh "${groups[@]}"

log=build/$preset.log
mkdir -p build
run() { "$@" >"$log" 2>&1 || { tail -n 60 "$log" >&2; echo "failed: $* (all of it in $log)" >&2; exit 1; }; }
options=()
if command -v ccache >/dev/null; then
  options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache)
  export CCACHE_SLOPPINESS=pch_defines,time_macros # what it asks for before it keeps a file that had precompiled headers
fi
echo "Building"
run cmake --preset "$preset" "${options[@]}"
run cmake --build "build/$preset" --parallel "$(nproc)"
