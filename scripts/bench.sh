#!/usr/bin/env bash
# How fast is it, beside how fast it should be? Builds the preset bench and runs every benchmark.
#   scripts/bench.sh [NAME ...]      as in: scripts/bench.sh training
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
scripts/build.sh bench
names=("$@")
if [ ${#names[@]} = 0 ]; then mapfile -t names < <(find build/bench/bench -maxdepth 1 -name '*_bench' -printf '%f\n' | sed 's/_bench$//' | sort); fi
for name in "${names[@]}"; do
  echo "== $name"
  if [ -x "bench/${name}_table.py" ]; then "bench/${name}_table.py"; else "build/bench/bench/${name}_bench" 2>/dev/null; fi
done
