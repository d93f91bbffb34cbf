#!/usr/bin/env bash
# From a machine where nothing is installed to the answer to the founding case, in one command.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/build.sh
build/release/src/eigenbau plan scenarios/memphis-100k-h100.toml
