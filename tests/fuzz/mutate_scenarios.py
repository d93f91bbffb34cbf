#!/usr/bin/env python3
"""Does `eigenbau plan` answer or refuse every scenario with wrong figures, missing lines and odd dates in it?

    tests/fuzz/mutate_scenarios.py PROGRAM FOLDER [RUNS] [SEED]

Each run damages one scenario in one to three places. The program has to end with exit code 0, 1 or 3 within two seconds
of processor time, say what is wrong where it refuses, and never print a figure that is no number.
"""

import os
import pathlib
import random
import re
import subprocess
import sys

NUMBERS = ["0", "1", "-1", "3", "7", "0.5", "1e-300", "1e-9", "1e15", "1e300", "1000000000", "2147483647", "99999999999"]
DATES = ["1900-01-01", "2024-02-29", "2024-07-01", "2500-06-01", "9999-12-31"]
MOST_SECONDS = 2.0


def damage(text, choice):
    kind = choice.random()
    if kind < 0.6:
        return replace_one(text, r"(?<![\w-])\d[\d_]*(?:\.\d+)?(?:e\d+)?", choice, lambda old: choice.choice(NUMBERS))
    if kind < 0.75:
        lines = text.split("\n")
        del lines[choice.randrange(len(lines))]
        return "\n".join(lines)
    if kind < 0.9:
        return replace_one(text, r"(?m)(?<==)[^=\n]*$", choice, lambda old: ' "unknown"')
    return replace_one(text, r"\d{4}-\d\d-\d\d", choice, lambda old: choice.choice(DATES))


def replace_one(text, pattern, choice, new):
    places = list(re.finditer(pattern, text))
    if not places:
        return text
    place = choice.choice(places)
    return text[:place.start()] + new(place.group()) + text[place.end():]


def complaint(program, text):
    before = os.times()
    try:
        done = subprocess.run([program, "plan", "-", "--json"], input=text.encode(), capture_output=True, timeout=120)
    except subprocess.TimeoutExpired:
        return "hangs"
    after = os.times()
    seconds = after.children_user + after.children_system - before.children_user - before.children_system
    if done.returncode not in (0, 1, 3):
        return f"ends with {done.returncode}: {done.stderr.decode(errors='replace')[:300]}"
    if seconds > MOST_SECONDS:
        return f"takes {seconds:.1f} s of processor time"
    if done.returncode != 0 and not done.stderr:
        return "refuses without a word"
    found = re.search(rb"(?<![a-zA-Z])-?(?:nan|inf)(?![a-zA-Z])", done.stdout)
    return f"prints {found.group().decode()}" if found else None


def main():
    program, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    runs, seed = (int(word) for word in (sys.argv[3:] + ["60", "1"][len(sys.argv[3:]):]))
    choice = random.Random(seed)
    scenarios = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.toml"))]
    failed = 0
    for run in range(runs):
        text = choice.choice(scenarios)
        for _ in range(choice.choice([1, 1, 2, 3])):
            text = damage(text, choice)
        found = complaint(program, text)
        if found:
            failed += 1
            print(f"run {run} of seed {seed}: {found}\n--- the file\n{text}\n---")
    print(f"{runs} damaged files, {failed} of them badly answered")
    return 1 if failed or not scenarios else 0


if __name__ == "__main__":
    sys.exit(main())
