// Does everything that can be wrong with a command or a file end in a clear diagnostic and the right exit code?
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "run_program.h"

namespace {

/// A diagnostic with a code, nothing on standard output, the exit code of the contract.
void check_refused(const Run& result, int exit) {
  CAPTURE(result.err);
  CHECK(result.exit == exit);
  CHECK(result.out.empty());
  CHECK(contains(result.err, "error[EB"));
}

std::string starter() { return run({"init"}).out; }

}  // namespace

TEST_CASE("files that cannot be read are bad usage") {
  check_refused(run({"plan", "no-such-file.toml"}), 2);
  check_refused(run({"plan", playground().string()}), 2);
  check_refused(run({"plan", write("large.toml", std::string(5u << 20, '#'))}), 2);
  check_refused(run({"plan", write("binary.toml", std::string("\x7f"
                                                              "ELF\0\1\2\xff\xfe",
                                                              9))}),
                2);
}

TEST_CASE("a table that is no text is refused once, as a cluster file is") {
  const std::string random = write("random.csv", "id,gpu\n\x9f\x80,1,2,3\n\xff,\n\xc0\n"),
                    nul = write("nul.csv", std::string("id,gpu\na,\0b\n", 12));
  for (const auto& [table, code] : {std::pair{random, "EB1004"}, {nul, "EB1003"}})
    for (const char* kind : {"training", "collectives", "kernels"}) {
      const Run refused = run({"validate", kind, table});
      check_refused(refused, 2);
      CHECK(contains(refused.err, code));
      CHECK_FALSE(contains(refused.err, "EB1112"));
    }
}

TEST_CASE("one run tells every mistake of a command line") {
  const auto told = [](const std::vector<std::string>& words, const std::vector<std::string>& mistakes) {
    const Run result = run(words);
    check_refused(result, 2);
    for (const std::string& mistake : mistakes) CHECK_MESSAGE(contains(result.err, mistake), mistake);
  };
  told({"train", "--modle", "x", "--gpsu", "3", "--tp", "0"}, {"no option --modle", "no option --gpsu", "--tp takes"});
  for (const char* command : {"train", "search"}) {
    told({command, "--model", "lama3", "--gpu", "h1000", "--gpus", "16384", "--global-batch", "2048", "--stack", "foo", "--nic",
          "400", "--memory", "x"},
         {"\"lama3\"", "\"h1000\"", "\"foo\"", "--nic 400 has no unit", "--memory"});
    told({command, "--nic", "400", "--stack", "foo"},
         {"--model, --gpu, --gpus, --global-batch are missing", "\"foo\"", "--nic 400 has no unit"});
  }
  told({"infer", "--model", "lama3", "--gpu", "h1000", "--gpu-hour", "2 USD", "--pue", "x"},
       {"\"lama3\"", "\"h1000\"", "--gpu-hour", "--pue"});
  told({"collective", "--gpu", "h1000", "--library", "foo", "--from", "8 s"}, {"\"h1000\"", "\"foo\"", "--from 8 s is no size"});
  told({"goodput", "--rate", "x", "--restart", "3"}, {"--rate x", "--restart 3"});
}

TEST_CASE("files that are read and make no sense are bad input") {
  check_refused(run({"plan", write("empty.toml", "")}), 1);
  check_refused(run({"plan", write("syntax.toml", "format = \n")}), 1);
  check_refused(run({"plan", write("deep.toml", std::string(100'000, '[') + "\n")}), 1);
  check_refused(run({"plan", write(
                                 "dots.toml", "a" +
                                                  [] {
                                                    std::string dots;
                                                    for (int i = 0; i < 100'000; ++i) dots += ".a";
                                                    return dots;
                                                  }() +
                                                  " = 1\n")}),
                1);
  check_refused(run({"plan", write("nested.toml", "a = " + std::string(50'000, '[') + std::string(50'000, ']') + "\n")}), 1);
}

TEST_CASE("one run tells every error of a file, each with its line") {
  const std::string other = write(
      "wrong2.toml",
      "format = \"eigenbau.cluster/1\"\nname = \"wrong\"\n[[supply]]\nname = \"grid\"\npowr = \"8 MW\"\n[[servers]]\nmodel = "
      "\"dgx-h1000\"\ncount = -4\n[[supply]]\nname = \"solar\"\npower = \"8 Mb\"\n");
  const Run all = run({"check", other});
  check_refused(all, 1);
  CHECK(contains(all.err, "wrong2.toml:5:"));
  CHECK(contains(all.err, "power"));
  CHECK(contains(all.err, "wrong2.toml:8:"));
  CHECK(contains(all.err, "wrong2.toml:11:"));
}

TEST_CASE("tables without rows and ranges that run backwards are no questions") {
  check_refused(run({"validate", "training", write("heading.csv", "id,gpu,num_gpus,model,layers,hidden\n")}), 1);
  check_refused(run({"collective", "--from", "1 GiB", "--to", "1 B"}), 2);
  const std::string runs = write("runs.csv", "id,gpu,num_gpus,collective,bytes\na,H100,8,all_reduce,1024\n");
  for (const char* name : {"", "../evil", "/evil", ".evil", "a b"})  // the part is a file below the directory
    check_refused(run({"calibrate", "collectives", runs, "--library", name, "--directory", "parts"}), 2);
  for (const char* command : {"search", "infer"})
    check_refused(run({command, scenario("lab-64"), "--model", "grok-1"}), 2);  // the file names its model
  check_refused(run({"network", scenario("lab-64"), "--fat-tree", "8"}), 2);
}

TEST_CASE("commands and options that do not exist come with the nearest name") {
  Run result = run({"plam", "x.toml"});
  check_refused(result, 2);
  CHECK(contains(result.err, "did you mean plan?"));
  result = run({"plan", scenario("lab-64"), "--jsno"});
  check_refused(result, 2);
  CHECK(contains(result.err, "did you mean --json?"));
  result = run({"plan", scenario("lab-64"), "--only", "pwoer"});
  check_refused(result, 2);
  CHECK(contains(result.err, "did you mean power?"));
  result = run({"catalog", "show", "h100-sxn"});
  check_refused(result, 2);
  CHECK(contains(result.err, "did you mean h100-sxm?"));
  check_refused(run({"catalog"}), 2);
  check_refused(run({"plan"}), 2);
  check_refused(run({"plan", "a.toml", "b.toml"}), 2);
  check_refused(run({"plan", scenario("lab-64"), "--seed", "many"}), 2);
  check_refused(run({"plan", scenario("lab-64"), "--seed", "-1"}), 2);
  check_refused(run({"plan", scenario("lab-64"), "--output"}), 2);
  check_refused(run({"compare", scenario("lab-64")}), 2);
  CHECK(run({}).exit == 2);
}

TEST_CASE("overrides are checked like the file") {
  check_refused(run({"plan", scenario("lab-64"), "--set", "site.puee=1.1"}), 1);
  check_refused(run({"plan", scenario("lab-64"), "--set", "nonsense"}), 2);
  const auto plain = nlohmann::json::parse(run({"plan", scenario("lab-64"), "--json", "--samples", "0"}).out);
  const auto other =
      nlohmann::json::parse(run({"plan", scenario("lab-64"), "--json", "--samples", "0", "--set", "site.pue=1.5"}).out);
  CHECK(other["sections"]["power"]["figures"]["pue"] == doctest::Approx(1.5));
  CHECK(plain["input_hash"] != other["input_hash"]);
}

TEST_CASE("a file is written whole or not at all") {
  check_refused(run({"plan", scenario("lab-64"), "-o", "no/such/directory/x.txt"}), 2);
  write("kept.txt", "as it was");
  check_refused(run({"plan", "no-such-file.toml", "-o", "kept.txt"}), 2);
  CHECK(read(playground() / "kept.txt") == "as it was");
  CHECK(run({"plan", scenario("lab-64"), "-o", "kept.txt"}).exit == 0);
  CHECK(contains(read(playground() / "kept.txt"), "Power"));
  for (const auto& entry : std::filesystem::directory_iterator(playground()))
    CHECK_FALSE(entry.path().filename().string().starts_with("kept.txt."));
  CHECK(run({"init", "kept.txt"}).exit == 2);
  write("kept.html", "as it was");
  check_refused(run({"plan", scenario("lab-64"), "--samples", "0", "--html", "kept.html", "-o", "no/such/directory/x.txt"}), 2);
  CHECK(read(playground() / "kept.html") == "as it was");
}

TEST_CASE("a starter file passes its own check and gets an answer") {
  CHECK(run({"init", "mine.toml", "--name", "My lab"}).exit == 0);
  CHECK(run({"check", "mine.toml"}).exit == 0);
  const Run answer = run({"plan", "mine.toml"});
  CHECK(answer.exit == 0);
  CHECK(contains(answer.out, "My lab"));
  CHECK(run({"plan", "-"}, starter()).exit == 0);
}

TEST_CASE("claims that do not hold fail a check only when that is asked for") {
  CHECK(run({"check", scenario("memphis-100k-h100")}).exit == 0);
  CHECK(run({"plan", scenario("memphis-100k-h100"), "--samples", "0"}).exit == 0);
  const Run judged = run({"check", scenario("memphis-100k-h100"), "--claims"});
  CHECK(judged.exit == 1);
  CHECK(contains(judged.out, "cannot be"));
}

TEST_CASE("every code that is explained says what to do, and every command has help and a man page") {
  CHECK(contains(run({"explain", "eb0002"}).out, "unknown option"));
  check_refused(run({"explain", "EB9998"}), 2);
  CHECK(contains(run({"catalog", "show", "no-such-part"}).err, "EB0016"));
  const Run watts = run({"explain", "power.per_gpu_training", scenario("lab-64"), "--samples", "0"});
  CHECK(watts.exit == 0);
  CHECK(contains(watts.out, "= server"));
  check_refused(run({"explain", "power.per_gpu_trainin", scenario("lab-64"), "--samples", "0"}), 2);
  for (const char* command : {"plan", "check", "init", "compare", "catalog list", "explain", "schema"}) {
    CAPTURE(command);
    const std::string text(command);
    const std::size_t space = text.find(' ');
    std::vector<std::string> words{text.substr(0, space)};
    if (space != std::string::npos) words.push_back(text.substr(space + 1));
    std::vector<std::string> help = words, man{"man"};
    help.push_back("--help");
    man.insert(man.end(), words.begin(), words.end());
    CHECK(run(help).out.starts_with("Examples\n"));
    CHECK(contains(run(man).out, ".SH SYNOPSIS"));
    for (const char* shell : {"bash", "zsh", "fish"}) CHECK(contains(run({"completion", shell}).out, words[0]));
  }
}
