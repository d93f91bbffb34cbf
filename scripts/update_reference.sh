#!/usr/bin/env bash
# Writes docs/reference/ anew from the declarations of the cluster file and of the parts.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
for room in catalog cluster; do
  cmake --build build/release --target "${room}_tests"
  EIGENBAU_UPDATE_REFERENCE=1 "build/release/tests/${room}_tests" --source-file='*reference_test.cpp'
done
