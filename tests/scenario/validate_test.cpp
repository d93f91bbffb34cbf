// Do scorecards say no more than was scored, in one form, and do calibrations say what they passed over?
#include <doctest/doctest.h>

#include <tuple>

#include "run_program.h"

namespace {

const std::string kRuns =
    "id,gpu,num_gpus,model,tp,pp,dp,global_batch_seqs,seq_len,step_time_s\n"
    "a-1,H100,64,no-such-model,8,1,8,64,4096,3\n"
    "b-1,H100,64,llama3-70b,8,1,8,64,4096,5\n";

std::string line_of(const std::string& text, const std::string& begin) {
  const std::size_t at = text.find("\n  " + begin);
  return at == std::string::npos ? "" : text.substr(at + 1, text.find('\n', at + 1) - at - 1);
}

}  // namespace

TEST_CASE("a group in which nothing was answered has no errors") {
  const std::string card = run({"validate", "training", write("scored.csv", kRuns)}).out;
  CHECK(contains(line_of(card, "family b"), "%"));
  REQUIRE_FALSE(line_of(card, "family a").empty());
  CHECK_FALSE(contains(line_of(card, "family a"), "%"));
}

TEST_CASE("a scorecard reads the same with a page and without") {
  const std::string table = write("scored.csv", kRuns);
  const Run plain = run({"validate", "training", table});
  CHECK(plain.exit == 0);
  CHECK(plain.out == run({"validate", "training", table, "--html", "scored.html"}).out);
  CHECK(contains(plain.out, "half-width"));
}

TEST_CASE("a table without any measurement is answered, and said to have none") {
  const std::string none = run({"validate", "training",
                                write("blind.csv",
                                      "id,gpu,num_gpus,model,global_batch_seqs\n"
                                      "a-1,H100,64,llama3-8b,64\n")})
                               .out;
  CHECK(contains(none, "nothing to score; 1 of 1 rows answered"));
}

TEST_CASE("kernels and collectives without any measurement are said to have none, with the columns that were looked for") {
  const std::string calls = write("blind_calls.csv", "id,gpu,num_gpus,collective,bytes\na,H100,8,all_reduce,1048576\n");
  const std::string kernels = write("blind_kernels.csv", "id,gpu,op,m,n,k\na,H100,gemm,512,512,512\nb,H100,brew,1,1,1\n");
  for (const std::vector<std::string>& more : {std::vector<std::string>{}, {"--json"}}) {
    const auto asked = [&](const char* what, const std::string& table) {
      std::vector<std::string> words{"validate", what, table};
      words.insert(words.end(), more.begin(), more.end());
      return run(words);
    };
    const Run none = asked("collectives", calls);
    CHECK(none.exit == 0);
    CHECK(contains(none.out,
                   "no row has any of time_us, algbw_gbs and busbw_gbs above zero: nothing to score; 1 of 1 rows answered"));
    CHECK(contains(asked("kernels", kernels).out, "no row has time_us above zero: nothing to score; 1 of 2 rows answered"));
  }
}

TEST_CASE("a table of collectives is told all the columns that it needs at once, by either command") {
  const std::string bare = write("bare.csv", "gpu,bytes\nH100,1024\n");
  for (const char* command : {"validate", "calibrate"})
    CHECK(contains(run({command, "collectives", bare}).err, "needs at least: gpu, num_gpus, collective"));
}

TEST_CASE("a column that nobody knows is named once, with the one that is nearest, by all kinds of tables") {
  const std::string calls =
      write("odd_calls.csv", "gpu,num_gpus,collective,size,time_ms\nH100,8,all_reduce,1 MiB,1\nH100,8,all_gather,2 MiB,1\n");
  const std::string kernels = write("odd_kernels.csv", "gpu,op,m,n,k,flavor\nH100,gemm,512,512,512,x\n");
  const std::string runs = write("odd_runs.csv", "gpu,num_gpus,model,gbs,seq_lenn\nH100,8,llama3-8b,64,8192\n");
  for (const auto& [what, table, column] :
       {std::tuple{"collectives", calls, "time_ms"}, {"kernels", kernels, "flavor"}, {"training", runs, "seq_lenn"}}) {
    const Run told = run({"validate", what, table, "--csv"});
    CHECK(told.exit == 0);
    CHECK(contains(told.err, std::string("columns that are not read: '") + column + "'"));
    CHECK(contains(told.out, "row-1,ok"));
  }
  CHECK(contains(run({"validate", "collectives", calls}).err, "nearest to 'time_ms' is time_us"));
}

TEST_CASE("where no row can be fitted the reasons are told, and a table of something else is told by its column") {
  std::string rows = "id,gpu,num_gpus,gpus_per_node,collective,bytes,algbw_gbs,transport,nic_gbps,nics_per_node,notes\n";
  for (int i = 0; i < 10; ++i)
    rows +=
        "s" + std::to_string(i) + ",H100,64,8,all_reduce," + std::to_string(1 << (18 + i)) + ",10,infiniband,400,8,SHARP on\n";
  const Run none = run({"calibrate", "collectives", write("sharp.csv", rows)});
  CHECK(none.exit == 3);
  CHECK(contains(none.err, "10 rows: the network adds up (SHARP)"));
  for (const char* command : {"validate", "calibrate"}) {
    const Run other = run({command, "collectives", write("scored.csv", kRuns)});
    CHECK(other.exit == 1);
    CHECK(contains(other.err, "no column 'collective'"));
  }
  const Run kernels = run({"calibrate", "kernels", write("kernels.csv", "id,gpu,op,m,n,k,time_us\na,H1000,gemm,1,1,1,5\n")});
  CHECK(kernels.exit == 3);
  CHECK(contains(kernels.err, "the catalog does not know the GPU H1000"));
}

TEST_CASE("times in another unit are refused, with the units that are meant, and no part is written") {
  std::string rows = "gpu,num_gpus,gpus_per_node,collective,bytes,time_us,loop\n";
  for (int i = 0; i < 12; ++i)
    rows += "H100,8,8,all_gather," + std::to_string(1 << (18 + i)) + "," + std::to_string(0.01 + 0.002 * (1 << i)) + ",library\n";
  const Run none = run({"calibrate", "collectives", write("milli.csv", rows), "--directory", "milli"});
  CHECK(none.exit == 3);
  CHECK(contains(none.err, "hopper all_gather: half of its rows are off by"));
  CHECK(contains(none.err, "time_us is in us"));
  CHECK_FALSE(std::filesystem::exists(playground() / "milli"));
}

TEST_CASE("runs without a measured step time calibrate nothing and make no folder") {
  const std::string bare = write("bare.csv",
                                 "id,gpu,num_gpus,model,tp,pp,micro_batch,global_batch_seqs,seq_len,precision\n"
                                 "a,H100,64,llama3-70b,4,8,1,128,8192,bf16\n");
  const Run none = run({"calibrate", "training", bare, "--directory", "none"});
  CHECK(none.exit == 3);
  CHECK(contains(none.err, "no row can be fitted"));
  CHECK_FALSE(std::filesystem::exists(playground() / "none"));
}

TEST_CASE("memory of accelerators is counted in GiB everywhere") {
  const std::vector<std::string> job{"--model", "llama3-70b", "--gpu", "h100-sxm", "--gpus", "64", "--global-batch", "64"};
  for (const char* command : {"train", "search"}) {
    std::vector<std::string> words{command};
    words.insert(words.end(), job.begin(), job.end());
    const std::string out = run(words).out;
    const std::size_t at = out.find("Memory of the fullest GPU");
    REQUIRE(at != std::string::npos);
    CHECK(contains(out.substr(at, 80), " GiB"));
    CHECK_FALSE(contains(out, " GB\n"));
  }
  const std::string jobs = run({"plan", scenario("lab-64"), "--samples", "0", "--only", "jobs"}).out;
  const std::size_t at = jobs.find("Memory of the fullest GPU");
  REQUIRE(at != std::string::npos);
  CHECK(contains(jobs.substr(at, 60), " GiB"));
  const Run none = run({"train", "--model", "llama3.1-405b", "--gpu", "h100-sxm", "--gpus", "8", "--global-batch", "8"});
  CHECK(none.exit == 3);
  CHECK(contains(none.err, "of 80.0 GiB"));
  CHECK_FALSE(contains(none.err, " GB"));
}
