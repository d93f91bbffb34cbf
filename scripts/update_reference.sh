#!/usr/bin/env bash
# Writes docs/reference/ anew from the declarations of the cluster file.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cmake --build build/release --target cluster_tests
EIGENBAU_UPDATE_REFERENCE=1 build/release/tests/cluster_tests --source-file='*reference_test.cpp'
