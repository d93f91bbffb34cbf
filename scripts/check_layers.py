#!/usr/bin/env python3
"""Does every room include only the rooms that it names, and are the pure rooms pure?

The rooms and what they may use are the room(...) calls in src/CMakeLists.txt. Prints one line per broken rule, as
file:line: message, and ends with status 1 if there is one.
"""

import pathlib
import re
import sys

# Values in, values out: no file, clock, environment, logging, thread of their own, exception.
PURE = ("perf", "network", "search", "schedule", "campaign", "economics")
IMPURE_HEADERS = {
    "iostream": "logging", "fstream": "files", "filesystem": "files", "cstdio": "files and logging", "print": "logging",
    "chrono": "clocks", "ctime": "clocks", "thread": "threads; use base/parallel.h", "mutex": "shared state",
    "atomic": "shared state", "future": "threads; use base/parallel.h", "random": "hidden state; use base/random.h",
}
IMPURE_WORDS = {
    r"\bthrow\b": "exceptions", r"\btry\s*\{": "exceptions", r"\bgetenv\b": "the environment",
    r"\b(?:std::)?(?:cout|cerr|clog)\b": "logging", r"\bf?printf\s*\(": "logging",
    r"\bs?rand\s*\(": "hidden state; use base/random.h", r"\btime\s*\(\s*(?:nullptr|NULL|0)\s*\)": "clocks",
    r"\bthread_local\b": "global state",
}
# Headers that take seconds to compile: one source file each.
HEAVY_HEADERS = ("toml++/", "nlohmann/", "CLI/")


def read_rooms(cmake_file):
    """Room -> the rooms that it names. Only those: what a named room uses in turn has to be named as well."""
    text = re.sub(r"#[^\n]*", "", cmake_file.read_text(encoding="utf-8"))
    direct = {}
    for call in re.finditer(r"\broom\(([^)]*)\)", text):
        words = call.group(1).split()
        uses = words[words.index("USES") + 1:] if "USES" in words else []
        direct[words[0]] = set(uses[:uses.index("LIBRARIES")] if "LIBRARIES" in uses else uses)
    return direct


def blank_comments_and_strings(text):
    """The same text, with comments and the insides of string literals replaced by spaces; lines stay where they are."""
    pattern = r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|(?<![\w])\'(?:\\.|[^\'\\\n])+\''
    return re.sub(pattern, lambda match: re.sub(r"[^\n]", " ", match.group()), text, flags=re.DOTALL)


def check_file(path, room, allowed, rooms):
    text = path.read_text(encoding="utf-8")
    for number, line in enumerate(text.split("\n"), 1):
        include = re.match(r'\s*#\s*include\s*([<"])([^>"]+)[>"]', line)
        if not include:
            continue
        target = include.group(2)
        if include.group(1) == '"':
            other = target.split("/")[0]
            if "/" not in target or ".." in target:
                yield number, f'"{target}": write includes as "room/file.h"'
            elif other not in rooms:
                yield number, f'"{target}": there is no room {other}'
            elif other != room and other not in allowed:
                yield number, f'"{target}": {room} does not name {other} among the rooms it uses'
        elif room in PURE and target in IMPURE_HEADERS:
            yield number, f"<{target}>: {room} is pure, no {IMPURE_HEADERS[target]}"
        if path.suffix == ".h" and target.startswith(HEAVY_HEADERS):
            yield number, f"<{target}> in a header: heavy, include it in one source file only"
    if room in PURE:
        for number, line in enumerate(blank_comments_and_strings(text).split("\n"), 1):
            for word, what in IMPURE_WORDS.items():
                found = re.search(word, line)
                if found:
                    yield number, f"'{found.group()}': {room} is pure, no {what}"


def check_tree(source):
    rooms = read_rooms(source / "CMakeLists.txt")
    for folder in sorted(path for path in source.iterdir() if path.is_dir()):
        if folder.name not in rooms:
            for path in sorted(folder.rglob("*.cpp")):
                yield path, 0, f"{folder.name} has no room() call in src/CMakeLists.txt, so this is not compiled"
            continue
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".h", ".cpp"):
                for number, message in check_file(path, folder.name, rooms[folder.name], rooms):
                    yield path, number, message


def main():
    root = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).resolve().parent.parent)
    findings = list(check_tree(root / "src"))
    for path, number, message in findings:
        print(f"{path.relative_to(root)}:{number}: {message}")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
