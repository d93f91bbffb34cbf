// Is the size of a message the same in whatever columns a table states it?
#include "tables/message_size.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tables/collective_row.h"
#include "tables/headings.h"

using namespace eigenbau;
using namespace eigenbau::tables;

namespace {

CollectiveRow row_of(const std::string& heads, const std::string& cells, const std::string& operation = "all_reduce") {
  const auto table = Csv::parse({"rows.csv", "gpu,num_gpus,collective," + heads + "\nH100,8," + operation + "," + cells + "\n"});
  return collective_rows(with_known_headings(*table, collective_columns())).at(0);
}

}  // namespace

TEST_CASE("a unit in the heading of a size is that of its plain numbers; a cell with a unit of its own says it") {
  for (const auto& [head, cell, bytes] : {std::tuple{"size_mb", "64", 64e6},
                                          {"size (MB)", "64", 64e6},
                                          {"Message Size [KB]", "1 024", 1024e3},
                                          {"msg_gb", "0.5", 0.5e9},
                                          {"size_kib", "64", 65536.0},
                                          {"Size (MiB)", "64", 64.0 * 1024 * 1024},
                                          {"size_gib", "2", 2.0 * 1024 * 1024 * 1024},
                                          {"size_mb", "64 MiB", 64.0 * 1024 * 1024},
                                          {"size_mb", "2G", 2.0 * 1024 * 1024 * 1024}}) {
    const CollectiveRow row = row_of(head, cell);
    CHECK_MESSAGE(row.unreadable.empty(), row.unreadable);
    REQUIRE(row.message);
    CHECK_MESSAGE(row.message->base() == doctest::Approx(bytes), std::string(head));
  }
  CHECK(row_of("size_mb", "64").size_taken == "size_mb in millions of bytes");
  CHECK(row_of("size_mib", "64").size_taken.empty());
  CHECK(row_of("bytes,size_mb", "8,0.00").message == 8 * kByte);
}

TEST_CASE("elements of a type are the size, of one rank's part where nccl-tests counts those") {
  for (const auto& [type, bytes] :
       {std::pair{"float", 4}, {"torch.float32", 4}, {"half", 2}, {"bfloat16", 2}, {"int8", 1}, {"f8e4m3", 1}, {"double", 8}})
    for (const char* head : {"count,type", "count,dtype", "Count (elements),Type"}) {
      const CollectiveRow row = row_of(head, fmt::format("1024,{}", type));
      CHECK_MESSAGE(row.message == 1024 * bytes * kByte, std::string(type));
    }
  CHECK(row_of("count,type", "1024,float", "broadcast").message == 4096 * kByte);
  for (const char* operation : {"all_gather", "reduce_scatter", "alltoall", "gather", "scatter"}) {
    CHECK(row_of("count,type", "1024,float", operation).message == 8 * 4096 * kByte);
    CHECK(row_of("count,type", "1024,float", operation).size_taken.find("one rank's part") != std::string::npos);
  }
  CHECK(row_of("size,count,type", "64 MiB,1024,float").message == 64 * kMebibyte);
}

TEST_CASE("a size that cannot be meant or read refuses its row, with the column's name") {
  for (const auto& [heads, cells, named] : {std::tuple{"size_mb", "0", "size_mb"},
                                            {"size_mib", "-4", "size_mib"},
                                            {"size_mb", "64 Mb/s", "size_mb"},
                                            {"count", "1024", "type"},
                                            {"count,type", "1024,", "type"},
                                            {"count,type", "1024,pigeon", "type"},
                                            {"count,type", "0,float", "count"},
                                            {"msg_elems", "1024", "msg_elems"},
                                            {"payload", "1024", "payload"},
                                            {"size_mbit", "1024", "size_mbit"},
                                            {"sizeMB", "1", "sizemb"},
                                            {"messageSize", "1", "messagesize"},
                                            {"msgsize", "1", "msgsize"},
                                            {"megabytes", "1", "megabytes"},
                                            {"size_per_gpu_mb", "1", "size_per_gpu_mb"},
                                            {"size_MiB_per_rank", "1", "size_mib_per_rank"},
                                            {"len", "1", "len"}})
    CHECK_MESSAGE(row_of(heads, cells).unreadable.find(named) != std::string::npos, std::string(heads));
}

TEST_CASE("sizes that contradict the one that counts are said, and those that say the same are not") {
  const auto said = [](const char* heads, const char* cells) {
    return row_of(heads, cells, "all_gather").size_taken.find("contradicts") != std::string::npos;
  };
  CHECK(said("bytes,size_mb", "1048576,1024"));
  CHECK(said("size_mb,size_gb", "1,8"));
  CHECK(said("bytes,count,type", "536870912,1024,float"));
  for (const auto& [heads, cells] : {std::pair{"bytes,size_mb", "1048576,1"},
                                     {"size_mib,size_gib", "1024,1"},
                                     {"bytes,count,type", "32768,1024,float"},
                                     {"bytes,count,type", "4096,1024,float"},
                                     {"bytes,count", "4096,77"}})
    CHECK_MESSAGE(!said(heads, cells), std::string(heads));
}

TEST_CASE("a row without a size means a long message, and columns of rates and the like are no sizes") {
  for (const auto& [heads, cells] : {std::pair{"bytes", ""},
                                     {"size_mb", "-"},
                                     {"count,type", ",float"},
                                     {"bytes", "n/a"},
                                     {"bw_gb_s", "300"},
                                     {"batch_size", "4"},
                                     {"world_size", "8"},
                                     {"memory_gb", "80"},
                                     {"payload", ""}}) {
    const CollectiveRow row = row_of(heads, cells);
    CHECK_MESSAGE(row.unreadable.empty(), row.unreadable);
    CHECK(!row.message);
  }
}
