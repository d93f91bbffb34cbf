#!/usr/bin/env python3
"""Does scripts/check_layers.py find each kind of broken rule, and nothing in a tree that keeps them?"""

import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[2] / "scripts" / "check_layers.py"
ROOMS = "# room(commented USES nothing)\nroom(units)\nroom(base USES units LIBRARIES Threads::Threads)\nroom(perf USES base)\n"


def check(**files):
    """Status and output for a tree with these files; perf__law_h="..." is src/perf/law.h."""
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / "src"
        source.mkdir()
        (source / "CMakeLists.txt").write_text(ROOMS)
        for name, text in files.items():
            room, file = name.split("__")
            (source / room).mkdir(exist_ok=True)
            (source / room / ".".join(file.rsplit("_", 1))).write_text(text)
        done = subprocess.run([sys.executable, SCRIPT, folder], capture_output=True, text=True)
        return done.returncode, done.stdout


class Layers(unittest.TestCase):
    def expect(self, message, **files):
        status, output = check(**files)
        self.assertEqual(status, 1, output)
        self.assertIn(message, output)

    def test_a_tree_that_keeps_the_rules_passes(self):
        status, output = check(perf__law_h='#include "base/result.h"\n#include "perf/machine.h"\n#include <vector>\n',
                               base__log_cpp="#include <iostream>\nvoid f() { throw 1; }\n")
        self.assertEqual((status, output), (0, ""))

    def test_includes(self):
        self.expect("src/base/a.h:2: ", base__a_h='\n#include "perf/law.h"\n')
        self.expect("perf does not name units", perf__law_h='#include "units/quantity.h"\n')
        self.expect("there is no room nowhere", perf__law_h='#include "nowhere/x.h"\n')
        self.expect("room/file.h", perf__law_h='#include "law.h"\n')
        self.expect("room/file.h", perf__law_h='#include "../base/a.h"\n')
        self.expect("heavy", base__tree_h="#include <toml++/toml.hpp>\n")

    def test_a_source_file_outside_every_room(self):
        self.expect("not compiled", commented__a_cpp="int x;\n")

    def test_pure_rooms(self):
        for header in ("iostream", "fstream", "filesystem", "thread", "chrono"):
            self.expect("perf is pure", perf__law_cpp=f"#include <{header}>\n")
        for line in ("throw 1;", "auto home = std::getenv(\"HOME\");", "std::cerr << 1;", "int x = rand();"):
            self.expect("src/perf/law.cpp:2: ", perf__law_cpp=f"\n{line}\n")

    def test_words_in_comments_and_strings_are_no_code(self):
        status, output = check(perf__law_cpp='// never throw\n/* try {\n */ const char* text = "throw";\nchar c = \'"\';\n// "\n')
        self.assertEqual((status, output), (0, ""))


if __name__ == "__main__":
    unittest.main()
