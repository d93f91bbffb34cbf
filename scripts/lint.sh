#!/usr/bin/env bash
# Does the source keep to the house rules? Layers, format (clang-format), and mistakes that compile (clang-tidy).
#   scripts/lint.sh              files changed since the branch left main
#   scripts/lint.sh --all        every file
#   scripts/lint.sh --no-tidy    layers and format of every file: seconds instead of minutes
# What is not installed is installed where that is possible, and otherwise skipped with a word.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scope=changed tidy=yes
for option in "$@"; do
  case "$option" in
    --all) scope=all ;;
    --no-tidy) scope=all tidy=no ;;
    *) echo "usage: scripts/lint.sh [--all | --no-tidy]" >&2; exit 2 ;;
  esac
done
scripts/install_packages.sh lint || echo "lint.sh: going on with what is here" >&2
failed=0

if command -v python3 >/dev/null; then python3 scripts/check_layers.py || failed=1; else echo "lint.sh: no python3, layers not checked"; fi

list_sources() { find src tests bench -name '*.cpp' -o -name '*.h' 2>/dev/null | sort; }
list_changed() {
  { git diff --name-only --diff-filter=d "$(git merge-base HEAD main 2>/dev/null || git rev-parse HEAD)"
    git ls-files --others --exclude-standard; } | { grep -E '^(src|tests|bench)/.*\.(cpp|h)$' || true; } | sort -u
}
if [ "$scope" = all ]; then mapfile -t files < <(list_sources); else mapfile -t files < <(list_changed); fi
if [ ${#files[@]} = 0 ]; then echo "lint.sh: no source file changed"; exit $failed; fi

if command -v clang-format-19 >/dev/null; then
  clang-format-19 --dry-run --Werror "${files[@]}" || { echo "lint.sh: run clang-format-19 -i on the files above"; failed=1; }
else
  echo "lint.sh: no clang-format-19, format not checked"
fi

if [ $tidy = yes ] && command -v clang-tidy-19 >/dev/null; then
  # A configuration of its own: clang cannot read what g++ has precompiled. Nothing is built.
  scripts/install_packages.sh build bench
  cmake --preset bench -B build/lint -DEIGENBAU_TESTS=ON -DCMAKE_DISABLE_PRECOMPILE_HEADERS=ON >/dev/null
  mapfile -t units < <(printf '%s\n' "${files[@]}" | { grep -E '^(src|tests/unit|bench)/.*\.cpp$' || true; })
  [ ${#units[@]} = 0 ] || printf '%s\n' "${units[@]}" | xargs -P "$(nproc)" -n 2 clang-tidy-19 -p build/lint --quiet --extra-arg=-Wno-unknown-warning-option || failed=1
elif [ $tidy = yes ]; then
  echo "lint.sh: no clang-tidy-19, not run"
fi
exit $failed
