#!/usr/bin/env python3
"""Does the fabric's generator come out where it should, and how long does a list of all cables take?

    bench/fabric_bench.py PROGRAM             the tables, beside what is published or was asked
    bench/fabric_bench.py --check PROGRAM     the same, ending with 1 if a figure misses it

Switches of 100,352 H100 in servers of eight, wired in several ways; and the time, memory and size of NetBox's files for
them. --check leaves the time to the reader, since it changes with the machine.
"""

import json
import os
import subprocess
import sys
import tempfile
import time

MACHINE = """format = "eigenbau.cluster/1"
name = "100,352 H100"
[[servers]]
model = "supermicro-8u-hgx-h100-air"
count = 12544
[fabric]
switch = "nvidia-sn5600"
routing = "adaptive"
"""

# what is changed, and switches wired evenly and by ports
WAYS = [
    ("128 ports of 400G", [], 4160, 3920),
    ("the same in pods of 4,096", ["fabric.pod_gpus=4096"], 4192, 3920),
    ("rails apart, two planes of 200G", ["fabric.topology=rail-only", "fabric.planes=2"], 2592, 2352),
]
# cores above pods of 4,096 at 7:1 or less
CORES = [("at most 7:1 above pods of 4,096", 7.0, 128), ("at most 8:1 above pods of 4,096", 8.0, 128)]
SECONDS, MEGABYTES = 1.0, 500.0


def plan(program, file, changes):
    words = [program, "plan", file, "--only", "fabric", "--samples", "0", "--json"]
    for change in changes:
        words += ["--set", change]
    return json.loads(subprocess.run(words, capture_output=True, check=True).stdout)["sections"]["fabric"]


def own_way(section):
    return section["tables"]["options"]["rows"][0]


def main():
    arguments = sys.argv[1:]
    check = "--check" in arguments
    program = next(word for word in arguments if word != "--check")
    missed = []

    def line(what, got, asked):
        print(f"{what:48} {got:>12} {asked:>12}")
        if got != asked:
            missed.append(f"{what}: {got}, asked {asked}")

    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "machine.toml")
        with open(file, "w", encoding="utf-8") as out:
            out.write(MACHINE)
        print(f"{'100,352 H100':48} {'here':>12} {'asked':>12}")
        for what, changes, evenly, by_ports in WAYS:
            way = own_way(plan(program, file, changes))
            line(what + ", wired evenly", way["switches"], evenly)
            line(what + ", by ports", way["by_ports"], by_ports)
        for what, above, evenly in CORES:
            section = plan(program, file, ["fabric.pod_gpus=4096", f"fabric.pod_oversubscription={above}"])
            line("cores, " + what, section["tables"]["growth"]["rows"][-1]["top_switches"], evenly)
        unfit = subprocess.run([program, "cables", file, "--set", "fabric.switch=tomahawk4-64x400g"], capture_output=True)
        line("64 ports of 400G: exit", unfit.returncode, 3)
        links = sum(row["links"] for row in plan(program, file, [])["tables"]["back_end_links"]["rows"])
        line("links of the fabric", links, 301056)

        start = time.perf_counter()
        words = [program, "cables", file, "--out", folder, "--format", "netbox"]
        child = subprocess.Popen(words, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(child.pid, 0)
        wall, processor, peak = time.perf_counter() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1000
        size = sum(os.path.getsize(os.path.join(folder, name)) for name in os.listdir(folder) if name.endswith(".csv"))
        print(f"all cables for NetBox, {size / 1e6:.0f} MB: {processor:.2f} s of processor time ({wall:.2f} s wall), "
              f"{peak:.0f} MB; asked {SECONDS} s, {MEGABYTES:.0f} MB")
        if os.waitstatus_to_exitcode(status) != 0 or peak > MEGABYTES:
            missed.append("the list of all cables")
    print("\n".join(missed))
    return 1 if check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
