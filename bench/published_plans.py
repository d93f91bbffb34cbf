#!/usr/bin/env python3
"""How far are plans that experts published behind the best plan that the search finds?

  bench/published_plans.py [PROGRAM]            build/release/src/eigenbau if not given

A line gives the best step with the published degrees settled, everything else free, over the best of the whole space. Megatron's
models are searched without context parallelism, and once more with what their software had: no sharded optimizer, no split of
sequences between products, and whole layers recomputed, as they were trained.
"""
import json
import subprocess
import sys

PROGRAM = sys.argv[1] if len(sys.argv) > 1 else "build/release/src/eigenbau"
WITHOUT_CP, AS_IT_WAS = ["cp=1"], ["cp=1", "zero=0", "sp=off", "recompute=full"]


def megatron(title, model, gpus, batch, degrees):
    return title, ["--model", model, "--gpu", "a100-80", "--gpus", gpus, "--global-batch", batch, "--stack", "megatron-lm"], degrees, \
        WITHOUT_CP, AS_IT_WAS


LLAMA = ["--model", "llama3.1-405b", "--gpu", "h100-sxm", "--gpus", "16384", "--global-batch", "2048",
         "--stack", "meta-llama"]
DEEPSEEK = ["--model", "deepseek-v3", "--gpu", "h800", "--gpus", "2048", "--global-batch", "15360", "--stack", "deepseek",
            "--schedule", "dual-pipe", "--precision", "fp8"]
JOBS = [
    ("Llama 3.1 405B, 16,384 H100", LLAMA, "tp=8 pp=16", [], None),
    ("the same without context parallelism", LLAMA, "tp=8 pp=16", WITHOUT_CP, None),
    megatron("GPT-3 175B, 512 A100", "gpt3-175b", "512", "1536", "tp=8 pp=8 vp=3 mbs=1"),
    megatron("Megatron 1T, 3,072 A100", "megatron-1t", "3072", "3072", "tp=8 pp=64"),
    megatron("Megatron 530B, 2,520 A100", "megatron-529.6b", "2520", "2520", "tp=8 pp=35"),
    megatron("Megatron 310B, 1,920 A100", "megatron-310.1b", "1920", "2160", "tp=8 pp=16"),
    megatron("Megatron 145B, 1,536 A100", "megatron-145.6b", "1536", "2304", "tp=8 pp=8"),
    megatron("Megatron 76B, 1,024 A100", "megatron-76.1b", "1024", "1792", "tp=8 pp=4"),
    megatron("Megatron 39B, 512 A100", "megatron-39.1b", "512", "1536", "tp=8 pp=2"),
    megatron("Megatron 18B, 256 A100", "megatron-18.4b", "256", "1024", "tp=8 pp=1"),
    ("DeepSeek-V3, 2,048 H800, DualPipe", DEEPSEEK, "tp=1 pp=16 ep=64", [], None),
]


def best(words, settled):
    command = [PROGRAM, "search", *words, "--free", "all", "--top", "1", "--json"]
    for one in settled:
        command += ["--fix", one]
    answer = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True).stdout
    figures = json.loads(answer)["sections"]["search"]["figures"]
    return figures["step_time_s"], figures["best_plan"]


def behind(words, settled, degrees):
    (least, plan), (published, _) = best(words, settled), best(words, settled + degrees.split())
    return f"{100 * (published / least - 1):.1f} %", plan


print("| job | published | over the best | with what there was | the best found |\n|---|---|---|---|---|")
for title, words, degrees, settled, as_it_was in JOBS:
    lead, plan = behind(words, settled, degrees)
    then = behind(words, as_it_was, degrees)[0] if as_it_was else "-"
    print(f"| {title} | {degrees.replace('=', ' ')} | {lead} | {then} | {plan} |")
