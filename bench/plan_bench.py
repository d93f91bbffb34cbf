#!/usr/bin/env python3
"""How long does `eigenbau plan` take for each scenario, and how much memory, beside what was asked?

    bench/plan_bench.py PROGRAM FILE ...           the table; the best of three runs each
    bench/plan_bench.py --check PROGRAM FILE ...   the same, ending with 1 if memory or bytes are not as asked

The founding case has 0.2 s and 60 MB, every other scenario 1 s. --check compares memory, and that every run of a file gives
the same bytes; times are for the reader, since they change with the machine.
"""

import os
import subprocess
import sys
import tempfile
import time

RUNS = 3
ASKED_SECONDS = {"memphis-100k-h100": 0.2}
ASKED_MEGABYTES = {"memphis-100k-h100": 60.0}
OTHERWISE_SECONDS = 1.0


def run(program, file):
    """Output, exit status, wall seconds, processor seconds and peak megabytes of one run."""
    with tempfile.TemporaryFile() as output:
        start = time.perf_counter()
        child = subprocess.Popen([program, "plan", file], stdout=output, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        return output.read(), child.returncode, wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000


def main():
    arguments = sys.argv[1:]
    check = "--check" in arguments
    program, *files = [word for word in arguments if word != "--check"]
    missed = []
    print(f"{'scenario':28} {'wall':>9} {'processor':>10} {'asked':>8} {'peak':>9} {'asked':>8}")
    for file in sorted(files):
        name = os.path.splitext(os.path.basename(file))[0]
        runs = [run(program, file) for _ in range(RUNS)]
        wall, processor = (min(r[i] for r in runs) for i in (2, 3))
        peak = max(r[4] for r in runs)
        seconds, megabytes = ASKED_SECONDS.get(name, OTHERWISE_SECONDS), ASKED_MEGABYTES.get(name)
        asked_memory = f"{megabytes:5.0f} MB" if megabytes else ""
        print(f"{name:28} {wall:7.3f} s {processor:8.3f} s {seconds:6.1f} s {peak:6.1f} MB {asked_memory:>8}")
        if any(r[1] != 0 for r in runs):
            missed.append(f"{name}: ended with {runs[0][1]}")
        if any(r[0] != runs[0][0] for r in runs):
            missed.append(f"{name}: two runs gave different bytes")
        if megabytes and peak > megabytes:
            missed.append(f"{name}: {peak:.1f} MB, asked {megabytes:.0f} MB")
    print("\n".join(missed))
    return 1 if check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
