#!/usr/bin/env bash
# Writes docs/reference/ anew from the declarations of the cluster file and of the parts, and the README's screen.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
for room in catalog cluster; do
  cmake --build build/release --target "${room}_tests"
  EIGENBAU_UPDATE_REFERENCE=1 "build/release/tests/${room}_tests" --source-file='*reference_test.cpp'
done

cmake --build build/release --target eigenbau
python3 - <<'END'
import re, subprocess
words = ["plan", "scenarios/memphis-100k-h100.toml"]
screen = subprocess.run(["build/release/src/eigenbau", *words], capture_output=True, text=True, check=True).stdout
command = "$ eigenbau " + " ".join(words) + "\n"
text = open("README.md").read()
fresh = re.sub(re.escape(command) + r".*?```", lambda _: command + screen + "```", text, count=1, flags=re.S)
if fresh != text:
    open("README.md", "w").write(fresh)
END
