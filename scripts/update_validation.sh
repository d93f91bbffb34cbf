#!/usr/bin/env bash
# Are the scorecards in validation/ what the program says today? Rewrites them, or tells whether they are up to date.
#   scripts/update_validation.sh [PROGRAM]            build/release/src/eigenbau if not given
#   scripts/update_validation.sh --check [PROGRAM]    writes nothing; fails where a file differs
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

check=no
if [ "${1:-}" = --check ]; then check=yes; shift; fi
program=$(realpath "${1:-build/release/src/eigenbau}")
fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT

"$program" validate training validation/training.csv --ten-fold --leave-one-family-out --blank-cells -o "$fresh/training.txt" \
  --html "$fresh/training.html"
"$program" validate collectives validation/collectives.csv -o "$fresh/collectives.txt" --html "$fresh/collectives.html"

stale=()
for file in "$fresh"/*; do
  name=validation/$(basename "$file")
  cmp -s "$file" "$name" && continue
  stale+=("$name")
  [ $check = yes ] || cp "$file" "$name"
done
if [ $check = yes ] && [ ${#stale[@]} -gt 0 ]; then
  echo "not up to date: ${stale[*]}; run scripts/update_validation.sh" >&2
  exit 1
fi
