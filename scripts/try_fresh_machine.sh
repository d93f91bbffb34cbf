#!/usr/bin/env bash
# Does a machine where nothing is installed get there in one command? Makes a bare Debian 12 with debootstrap, clones the
# last commit into it and runs the given scripts there. Needs root, debootstrap and git; takes 1 GB below FOLDER.
#   scripts/try_fresh_machine.sh [--keep] [FOLDER] -- [SCRIPT ...]       default: /var/tmp/eigenbau-fresh -- scripts/test.sh scripts/demo.sh
set -euo pipefail
repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
keep=no folder=/var/tmp/eigenbau-fresh
while [ $# -gt 0 ] && [ "$1" != -- ]; do
  case "$1" in
    --keep) keep=yes ;;
    -*) echo "usage: scripts/try_fresh_machine.sh [--keep] [FOLDER] [-- SCRIPT ...]" >&2; exit 2 ;;
    *) folder=$1 ;;
  esac
  shift
done
if [ "${1:-}" = -- ]; then shift; fi
scripts=("$@")
if [ ${#scripts[@]} = 0 ]; then scripts=(scripts/test.sh scripts/demo.sh); fi
[ ! -e "$folder" ] || { echo "$folder is there already; remove it or name another folder" >&2; exit 2; }

leave() {
  if mountpoint -q "$folder/proc"; then umount "$folder/proc"; fi
  if [ $keep = no ]; then rm -rf --one-file-system "$folder"; fi
}
trap leave EXIT

echo "Making a bare Debian 12 in $folder"
mkdir -p "$folder"
debootstrap --variant=minbase bookworm "$folder" >"$folder.log" 2>&1 || { tail "$folder.log" >&2; exit 1; }
mount -t proc proc "$folder/proc"
git clone --quiet --depth 1 "file://$repository" "$folder/root/eigenbau"
for script in "${scripts[@]}"; do
  echo "== $script"
  SECONDS=0
  chroot "$folder" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "/root/eigenbau/$script"
  echo "== $script: $SECONDS s"
done
