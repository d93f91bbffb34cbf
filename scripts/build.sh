#!/usr/bin/env bash
# Takes any machine, also one where nothing is installed, to a built release in build/release.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/install_packages.sh build

log=build/release.log
mkdir -p build
run() { "$@" >"$log" 2>&1 || { tail -n 60 "$log" >&2; echo "failed: $* (all of it in $log)" >&2; exit 1; }; }
options=()
if command -v ccache >/dev/null; then options+=(-DCMAKE_CXX_COMPILER_LAUNCHER=ccache); fi
echo "Building"
run cmake --preset release "${options[@]}"
run cmake --build build/release --parallel "$(nproc)"
