// What do rows that no multiple of 4 counts cost a product beyond those that the tables hold?
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "fit/validate_kernels.h"
#include "tables/gpu_figures.h"

using namespace eigenbau;
using namespace eigenbau::fit;
using namespace eigenbau::tables;

TEST_CASE("rows that no multiple of 4 counts cost a share more that shrinks as the product grows") {
  const catalog::Catalog catalog = catalog::Catalog::built_in();
  const KernelBook book = kernel_book(catalog);
  for (const char* gpu : {"H100", "H200", "B200", "GB200"}) {
    std::string text = "id,gpu,op,dtype,m,n,k\n";
    const std::vector<int> sizes{500, 1000, 4000, 16000};
    for (const int rows : sizes)
      for (const int more : {0, 1}) text += fmt::format("r,{},gemm,fp8_block,{},4096,7168\n", gpu, rows + more);
    const auto rows =
        validate_kernels(*Csv::parse({"rows.csv", text}), book, gpu_lookup(catalog), *catalog.collectives("nccl")).rows;
    double before = 1.25;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
      INFO(std::string(gpu), " ", sizes[i]);
      const double share = *rows[2 * i + 1].time_us / *rows[2 * i].time_us;
      const double away = std::max(share, 1 / share);  // kernels that do not pad scatter by some percent
      CHECK(away <= before);
      before = std::max(1.02, away);
    }
  }
}
