#!/usr/bin/env python3
"""How fast is the plan search, beside how fast it should be? Runs the benchmarks of bench/search_bench.cpp and prints one table.

  scripts/build.sh bench && bench/search_table.py [build/bench/bench/search_bench]

Times are CPU time of one core; peak memory is that of the whole benchmark program.
"""
import json
import resource
import subprocess
import sys

program = sys.argv[1] if len(sys.argv) > 1 else "build/bench/bench/search_bench"
run = subprocess.run([program, "--benchmark_format=json"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
found = {one["name"].split("/")[0]: one for one in json.loads(run.stdout)["benchmarks"]}


def rate(name, counter):
    return f"{found[name][counter] / 1e6:,.1f} million/s"


def time(name):
    milliseconds = found[name]["cpu_time"]
    plans = found[name].get("plans")
    return f"{milliseconds:,.1f} ms" + (f", {plans / 1e6:.2f} million plans" if plans else "")


rows = [
    ("complete evaluations from scratch, every law", "1 million/s", rate("from_scratch", "evaluations/s")),
    ("plans with tabulated layer costs", "100 million/s", rate("tabulated", "plans/s")),
    ("GPT-3 175B on 1,024 A100, the whole space", "50 ms, 1 million plans", time("gpt3_on_1024_a100")),
    ("... of which evaluated, ranking and tables included", "", rate("gpt3_on_1024_a100", "evaluated/s")),
    ("2-trillion-parameter MoE on 100,000 H100", "200 ms", time("two_trillion_moe_on_100000_h100")),
    ("scaling curve, 64 to 131,072 GPUs, every multiple of 64", "5,000 ms", time("scaling_curve_64_to_131072")),
    ("peak memory", "200 MB", f"{peak:.0f} MB"),
]
widths = [max(len(row[i]) for row in [("", "asked", "measured"), *rows]) for i in range(3)]
for row in [("", "asked", "measured"), *rows]:
    print("  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip())
