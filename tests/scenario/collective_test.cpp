// Does the question for a collective take and print what users of nccl-tests know?
#include <doctest/doctest.h>

#include <sstream>
#include <string>
#include <vector>

#include "run_program.h"

TEST_CASE("messages are given as nccl-tests takes them, and their elements are counted as it counts them") {
  const auto line = [](const std::string& op, const std::string& from) {
    std::istringstream text(run({"collective", "--op", op, "--gpus", "16", "--from", from, "--to", from}).out);
    std::string one, bytes, count;
    while (std::getline(text, one))
      if (!one.starts_with("#")) std::istringstream(one) >> bytes >> count;
    return bytes + " " + count;
  };
  for (const char* size : {"1M", "1 MiB", "1048576", "1024 KiB"}) CHECK(line("all_reduce", size) == "1048576 262144");
  for (const char* op : {"all_gather", "reduce_scatter", "alltoall", "gather", "scatter"})
    CHECK(line(op, "1M") == "1048576 16384");
  for (const char* op : {"sendrecv", "broadcast", "reduce"}) CHECK(line(op, "1M") == "1048576 262144");
}

TEST_CASE("an option of the algorithm that changes nothing is said to") {
  const auto idle = [](std::vector<std::string> words) {
    words.insert(words.begin(), {"collective", "--from", "1G", "--to", "1G"});
    const std::string out = run(words).out;
    std::string found;
    for (const char* option : {"--ring", "--no-nvls", "--sharp"})
      if (contains(out, std::string(option) + " changes nothing")) found += option;
    return found;
  };
  CHECK(idle({"--gpus", "64", "--sharp"}).empty());
  CHECK(idle({"--gpus", "8", "--sharp"}) == "--sharp");
  CHECK(idle({"--gpus", "64", "--sharp", "--no-nvls"}) == "--sharp");
  CHECK(idle({"--gpus", "8", "--no-nvls"}).empty());
  CHECK(idle({"--gpus", "8", "--op", "all_gather", "--no-nvls"}) == "--no-nvls");
  CHECK(idle({"--gpus", "8"}).empty());
}

TEST_CASE("ib is InfiniBand wherever a transport is asked") {
  const auto asked = [](const char* word) {
    return run({"collective", "--gpus", "64", "--transport", word, "--from", "1M", "--to", "1M"}).out;
  };
  CHECK(asked("ib") == asked("infiniband"));
  CHECK(asked("RoCEv2") == asked("roce"));
  CHECK(run({"collective", "--transport", "pigeon"}).exit == 2);
}
