// Which codes does the command line itself report, and what does any code of the program mean?
#include "cli/codes.h"

#include <algorithm>
#include <array>

#include "catalog/codes.h"
#include "cluster/read.h"
#include "design/design.h"
#include "input/document.h"
#include "search/search.h"

namespace eigenbau::cli {
namespace {

constexpr auto kCodes = std::to_array<CodeText>({
    {kUnknownCommand, "unknown command", "The first word is not a command. `eigenbau help` lists them all."},
    {kUnknownOption, "unknown option",
     "The command does not take this option. `eigenbau COMMAND --help` lists those it takes; options belong behind the command."},
    {kBadOptionValue, "an option's value cannot be used",
     "The option wants a value of another kind: a whole number, or one of a few words. The message says which."},
    {kWrongArguments, "too few or too many arguments",
     "The command wants another number of files or names. `eigenbau COMMAND --help` shows its form; `-` means standard input."},
    {kCannotWrite, "a result cannot be written",
     "The file or its directory cannot be written, the disk is full, or the command reads the same file or writes it twice. A "
     "file is written under a temporary name and then renamed, so what stood there before is still whole."},
    {kNoSuchPart, "no such part of the answer",
     "`--only` and `--csv` name a section or a table of the answer, and this answer has none of that name."},
    {kMissingColumn, "a table lacks a column",
     "A table of measurements is CSV with a heading line. Headings may be in any case and usual words for the same (size for "
     "bytes, "
     "gpus for num_gpus, busbw for busbw_gbs); without ids rows are numbered. Kernels: id, gpu, op, and the sizes of the "
     "operation (m, n, k, batch, "
     "seqlen, head_dim, heads; more in notes as key=value;...). Collectives: id, gpu, num_gpus, gpus_per_node, nics_per_node, "
     "nic_gbps, collective, bytes, transport, and loop, what timed the calls (library: nccl-tests and its kin; framework). "
     "Measured columns are needed for calibration only: time_us of kernels; any of time_us, algbw_gbs and busbw_gbs of "
     "collectives."},
    {kNoPlan, "nothing fits",
     "No replica of the model fits: even the most GPUs that one replica may have leave no room for the weights and the keys "
     "and values of one request. More GPUs, or fewer bytes a weight."},
    {kCapTooLow, "a power cap that cannot be held",
     "An accelerator draws more than that without any work, so that no clock keeps it below the cap."},
    {kNoFormat, "a number format that cannot be trained in",
     "The accelerator has no matrix products in this format, or no law covers training in it (fp32, tf32, int8). The hint names "
     "the formats that can be asked for."},
    {kBadPlan, "a parallel plan breaks a rule",
     "Degrees have to divide what they split: tp the heads, pp the layers, cp the sequence, ep the experts, micro-batch x dp the "
     "batch, all of them together the accelerators. As an error the plan cannot run; as a warning stacks find a way around, at a "
     "cost. The hint names the nearest values that keep the rule."},
    {kUnknownName, "no such name",
     "The catalog has no part, or the program no code, of this name. `eigenbau catalog list` shows all parts, `eigenbau explain` "
     "all codes."},
    {kNothingToFit, "no row can be fitted",
     "None of the rows has a measured value above zero beside an accelerator and sizes that are known. Kernels need the column "
     "time_us; collectives need bytes and one of time_us, algbw_gbs and busbw_gbs, and six rows of a kind, and the notes count "
     "the rows by what they lack. Or no constants come within three times of half of the rows, mostly because a column is in "
     "another "
     "unit. Training runs need a plan that can be answered and one of step_time_s, tokens_per_s_per_gpu and "
     "model_tflops_per_gpu."},
    {kUnknownColumn, "a column that is not read",
     "Nobody knows what the column holds, so that the rows are answered as if it were not there: a column of another unit, or "
     "under a heading that means several things. A row whose batch or size only such a column may state is refused. `eigenbau "
     "explain EB0007` names the columns that are read."},
    {kCablesFail, "cables do not pass a check",
     "A rule of wiring does not hold on the rows, mostly because no module or cable of the catalog reaches that far. The first "
     "row that breaks it is named; the files are written all the same."},
    {kInternal, "internal error", "A defect of the program, not of the input. Please report it with the command and the file."},
    {kUnknownDevice, "no such device or link in the fabric",
     "Devices are gpu-1, be-leaf-1, be-spine-1, be-core-1 and on, as in the cable list; be- and leading zeros may be left out. A "
     "link is leaf-2:spine-3, all between the two, or leaf-2/40/1, the one on a port."},
    {kBadTrace, "a trace cannot be used",
     "A trace is CSV with a heading line: source, target, bytes, and start_s where messages do not all begin at once. Hosts are "
     "gpu-1, gpu-2 ... of the fabric that the cluster file gives; gpu-12:3 is link nic3 of the twelfth."},
    {kNoFabric, "the traffic has no fabric",
     "The cluster has no back-end network, or what is left of it joins none of the hosts that want to send, or the question is "
     "larger than is simulated at once. The message says which."},
});

}  // namespace

std::vector<CodeText> all_codes() {
  std::vector<CodeText> all;
  for (const std::span<const CodeText> room : {std::span<const CodeText>(kCodes), input_codes(), catalog::catalog_codes(),
                                               cluster::cluster_codes(), design::design_codes(), search::search_codes()})
    all.insert(all.end(), room.begin(), room.end());
  std::sort(all.begin(), all.end(), [](const CodeText& a, const CodeText& b) { return a.code < b.code; });
  return all;
}

}  // namespace eigenbau::cli
