#!/usr/bin/env bash
# From a machine where nothing is installed to the result of all tests, in one command. Ends with ctest's own lines.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/install_packages.sh oracle || echo "Without SimGrid: the test that asks it is skipped" >&2
scripts/build.sh
ctest --test-dir build/release --parallel "$(nproc)" --output-on-failure "$@"
