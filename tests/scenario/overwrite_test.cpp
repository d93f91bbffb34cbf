// Does anything that a command reads, or writes beside, survive what it writes?
#include <doctest/doctest.h>

#include <filesystem>

#include "run_program.h"

namespace fs = std::filesystem;

namespace {

const std::string kRuns =  // of megatron-core-26.06, the newest
    "id,gpu,num_gpus,model,tp,pp,dp,global_batch_seqs,seq_len,step_time_s\na-1,H100,64,llama3-70b,8,1,8,64,4096,5\n";

/// Refused before any work, with every file of the playground as it was.
void check_kept(const std::vector<std::string>& words, const std::string& kept, const std::string& input = "") {
  CAPTURE(words);
  const std::string before = read(playground() / kept);
  const Run result = run(words, input);
  CAPTURE(result.err);
  CHECK(result.exit == 2);
  CHECK(contains(result.err, "error[EB0005]"));
  CHECK(result.out.empty());
  CHECK(read(playground() / kept) == before);
}

}  // namespace

TEST_CASE("no output replaces an input, however its path is written") {
  run({"init", "own.toml", "--force"});
  write("own.csv", kRuns);
  for (const char* option : {"--html", "-o"}) check_kept({"plan", "own.toml", option, "own.toml"}, "own.toml");
  check_kept({"train", "own.toml", "--trace", "own.toml"}, "own.toml");
  check_kept({"validate", "training", "own.csv", "-o", "own.csv"}, "own.csv");
  check_kept({"compare", scenario("lab-64"), "own.toml", "-o", "own.toml"}, "own.toml");
  check_kept({"explain", "power.site_training", "own.toml", "-o", "own.toml"}, "own.toml");
  fs::create_directory(playground() / "below");
  std::error_code ignored;
  fs::create_hard_link(playground() / "own.toml", playground() / "hard.toml", ignored);
  fs::create_symlink("own.toml", playground() / "soft.toml", ignored);
  const std::string whole = (playground() / "own.toml").string();
  for (const std::string& path :
       {std::string("./own.toml"), std::string("below/../own.toml"), whole, std::string("hard.toml"), std::string("soft.toml")})
    check_kept({"plan", "own.toml", "-o", path}, "own.toml");
  check_kept({"plan", "soft.toml", "-o", "own.toml"}, "own.toml");
  write("trace.csv", "source,target,bytes\ngpu-1,gpu-9,1024\n");
  check_kept({"network", "own.toml", "--traffic", "trace.csv", "-o", "trace.csv"}, "trace.csv");
}

TEST_CASE("no output replaces a part that is read, or another output") {
  run({"init", "own.toml", "--force"});
  write("own.csv", kRuns);
  fs::create_directories(playground() / "mine/gpu");
  write("mine/gpu/ours.toml", "format = \"eigenbau.part/1\"\n");
  check_kept({"plan", "own.toml", "--catalog", "mine", "-o", "mine/gpu/ours.toml"}, "mine/gpu/ours.toml");
  check_kept({"plan", "own.toml", "--html", "both.out", "-o", "./both.out"}, "own.toml");
  CHECK_FALSE(fs::exists(playground() / "both.out"));
  CHECK(run({"plan", "own.toml", "--samples", "0", "--html", "/dev/null", "-o", "/dev/null"}).exit == 0);
  check_kept({"calibrate", "training", "own.csv", "--directory", "fit", "-o", "fit/stack/megatron-core-26.06.toml"}, "own.csv");
  // Parts that are fitted again replace those of the catalog that they were fitted to.
  CHECK(run({"calibrate", "training", "own.csv", "--directory", "fit"}).exit == 0);
  CHECK(run({"calibrate", "training", "own.csv", "--catalog", "fit", "--directory", "fit"}).exit == 0);
  CHECK(run({"plan", "own.toml", "--samples", "0", "-o", "once.txt"}).exit == 0);
  CHECK(run({"plan", "own.toml", "--samples", "0", "-o", "once.txt"}).exit == 0);  // an answer may replace an older one
}
