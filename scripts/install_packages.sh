#!/usr/bin/env bash
# Which Debian packages does Eigenbau need, and are they here? Installs those that are missing, and nothing else.
#   scripts/install_packages.sh [build] [lint] [fuzz] [bench] [oracle]      build is the default
set -euo pipefail

declare -A groups=(
  [build]="cmake g++ ninja-build python3 libfmt-dev libtomlplusplus-dev libcli11-dev nlohmann-json3-dev libnlopt-cxx-dev librandom123-dev libprotozero-dev doctest-dev"
  [lint]="git python3 clang-format-19 clang-tidy-19"
  [fuzz]="clang-19 libclang-rt-19-dev"
  [bench]="libbenchmark-dev libsimgrid-dev"
  [oracle]="libsimgrid-dev"
)

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null || true)" = installed ]; }

missing=()
for group in "${@:-build}"; do
  [ -n "${groups[$group]:-}" ] || { echo "install_packages.sh: no group '$group'; there are: ${!groups[*]}" >&2; exit 2; }
  for package in ${groups[$group]}; do
    is_installed "$package" || missing+=("$package")
  done
done
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
  echo "install_packages.sh: this is no Debian system; please install what these packages bring: ${missing[*]}" >&2
  exit 1
fi
as_root=()
if [ "$(id -u)" != 0 ]; then
  command -v sudo >/dev/null || { echo "install_packages.sh: be root, or install first: ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi

echo "Installing ${missing[*]}"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
apt() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" >>"$log" 2>&1; }
# The package lists may be absent or old: fetch them only when the installation without them fails.
install() { apt install -y --no-install-recommends "${missing[@]}"; }
install || { apt update && install; } || { cat "$log" >&2; echo "install_packages.sh: apt-get failed" >&2; exit 1; }
