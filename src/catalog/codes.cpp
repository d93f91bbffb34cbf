// Which diagnostics does the catalog give?
#include "catalog/codes.h"

namespace eigenbau::catalog {
namespace {

constexpr CodeText kCodes[] = {
    {"EB1201", "no such part",
     "A file or an option names a part that neither the built-in catalog nor a directory given with --catalog has. "
     "`eigenbau catalog list` shows all parts; names and aliases are compared without regard to case, blanks, - and _."},
    {"EB1202", "a part file's head is wrong",
     "A part file begins with format = \"eigenbau.part/1\", the kind, which is the name of its folder, and the name, which "
     "is the name of its file."},
    {"EB1203", "a figure is stated twice",
     "A part is the union of its [[from]] blocks, and each figure has one of them to vouch for it. Where sources disagree, "
     "keep the better one and name the other in the text of `source`, or state a range that covers both."},
    {"EB1204", "a [[from]] block does not say who says so",
     "Each [[from]] block needs source (the document), date (as exact as the source gives it) and confidence: high, medium, "
     "low, memory (known, but no document at hand) or guess (an assumption)."},
    {"EB1205", "a stack's parents do not end",
     "A stack takes what it does not state from its parent. Following parents must "
     "reach a stack without one within 16 steps."},
    {"EB1206", "a catalog directory cannot be read",
     "A directory given with --catalog has one folder for each kind of part (gpu, server, nic, switch, optic, cable, "
     "storage, plant, model, stack, failure, price, kernels, collectives) and in it one TOML file for each part."},
    {"EB1301", "a sparse peak rate stands where the dense one belongs",
     "Vendors print peak rates with 2:4 sparsity, twice what dense products can reach. Plans built on the sparse figure are "
     "half as fast as promised. The dense fp8 rate is twice the dense bf16 rate, tf32 half of it, fp16 equal to it; and chips "
     "of one generation have about the same rate per multiprocessor."},
    {"EB1302", "ports do not add up",
     "The cages of a switch times their speed must be its stated throughput, and a cage must split into links of a speed that "
     "exists. The NICs of a server must be shared out evenly among its accelerators."},
    {"EB1303", "power supplies carry less than the part draws",
     "The supplies that must work for full power have to carry the nameplate, a switch has to run with one supply lost, and "
     "the accelerators at their limit must fit within the nameplate."},
    {"EB1304", "watts are missing or out of order",
     "A plan needs watts at idle, while serving, while training, and on the nameplate, in rising order. Without a measured "
     "training figure the planner takes the nameplate and overestimates the site by a fifth."},
    {"EB1305", "a part names another that does not exist", "A server names its accelerator and NICs, a stack its parent."},
    {"EB1306", "a price or its date is missing",
     "A price without its date cannot be carried forward; prices of servers fell by "
     "a third in two years. Parts without a price are left out of sums, and the report says so."},
    {"EB1307", "a figure without a source",
     "Figures stand in a [[from]] block, which says who says so. A figure at the head of the file has nobody to vouch for it."},
    {"EB1308", "two parts answer to one name", "An alias must lead to one part of its kind."},
};

}  // namespace

std::span<const CodeText> catalog_codes() { return kCodes; }

}  // namespace eigenbau::catalog
