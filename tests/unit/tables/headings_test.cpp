// Are columns read whatever heads them, as long as it means one thing only?
#include "tables/headings.h"

#include <doctest/doctest.h>

#include <set>

#include "tables/collective_row.h"
#include "tables/kernel_row.h"

using namespace eigenbau;
using namespace eigenbau::tables;

namespace {

Csv known(const std::string& text, const KnownColumns& columns) {
  return with_known_headings(*Csv::parse({"rows.csv", text}), columns);
}

}  // namespace

TEST_CASE("a table of collectives says the same under any usual headings") {
  const auto row = [](const std::string& head) {
    return collective_rows(known(head + "\nx,H100,16,all_gather,1 MiB,100,10,9\n", collective_columns())).at(0);
  };
  const CollectiveRow plain = row("id,gpu,num_gpus,collective,bytes,time_us,algbw_gbs,busbw_gbs");
  for (const char* head : {"ID,GPU,Num_GPUs,Collective,Bytes,Time_us,AlgBw_GBs,BusBW_GBs",
                           "run,GPU name,# GPUs,op,size (B),time (us),algbw (GB/s),busbw (GB/s)",
                           "run id,device,ranks,operation,message size,Time (\u00b5s),alg bw,Bus BW"}) {
    const CollectiveRow other = row(head);
    CHECK_MESSAGE(other.id == "x", std::string(head));
    CHECK(other.gpu == plain.gpu);
    CHECK(other.ranks == plain.ranks);
    CHECK(other.operation == plain.operation);
    CHECK(other.message == plain.message);
    CHECK(other.measured_time == plain.measured_time);
    CHECK(other.measured_bus == plain.measured_bus);
  }
}

TEST_CASE("of two columns that mean the same the one that is named so counts, and the other is not read") {
  const Csv table = known("size,bytes,msg_size\n1,2,3\n", collective_columns());
  CHECK(table.cell(0, "bytes") == "2");
  CHECK(unknown_columns(table, collective_columns()) == std::vector<std::string>{"size", "msg_size"});
}

TEST_CASE("rows without ids are numbered, and rows with blank ones are not") {
  const Csv bare = known("gpu,op\nH100,gemm\nH200,gemm\n", kernel_columns());
  CHECK(kernel_rows(bare).at(1).id == "row-2");
  CHECK(kernel_rows(known("id,gpu,op\n,H100,gemm\n", kernel_columns())).at(0).id.empty());
}

TEST_CASE("no heading means two columns of a table") {
  for (const KnownColumns* columns : {&kernel_columns(), &collective_columns(), &training_columns()}) {
    std::set<std::string_view> seen;
    for (const KnownColumn& column : *columns) {
      CHECK_MESSAGE(seen.insert(column.name).second, column.name);
      for (const std::string_view alias : column.aliases) CHECK_MESSAGE(seen.insert(alias).second, alias);
    }
  }
}

TEST_CASE("what a column of another unit holds is not guessed, and the nearest column is named") {
  const Csv table = known("gpu,op,time_ms,time\nH100,gemm,1,1\n", kernel_columns());
  CHECK(unknown_columns(table, kernel_columns()) == std::vector<std::string>{"time_ms", "time"});
  CHECK(nearest_column("time_ms", kernel_columns()) == "time_us");
}
