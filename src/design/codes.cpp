// Which findings can a design have?
#include "design/design.h"

namespace eigenbau::design {
namespace {

constexpr CodeText kCodes[] = {
    {"EB3001", "nothing is bought", "A design needs at least one [[servers]] table with a count above zero."},
    {"EB3002", "accelerators of different kinds",
     "The groups of servers have different accelerators. Jobs are planned for the kind that most of them have; one job "
     "does not span two kinds."},
    {"EB3003", "watts of a server are assumed",
     "Neither the cluster file nor the catalog says what this server draws, so a share of its rating stands in. State "
     "training_power or idle_power in [[servers]] if you have measured it."},
    {"EB3004", "no storage is counted",
     "[storage] names neither a part nor a size, so that racks, watts and bill leave it out. State capacity or a bandwidth, or "
     "a range of them."},
    {"EB3005", "more than can be counted",
     "The [[servers]] tables together order more than 100 million accelerators or servers."},
    {"EB3101", "rack over a limit of the hall",
     "The racks as the file or the vendor fills them exceed the height, the power or the weight that [hall] allows for "
     "one position. Power is counted as provisioned. Lower servers_per_rack or raise the limit."},
    {"EB3102", "one server exceeds what a rack position allows",
     "Not even one server of this model fits the height, power or weight that [hall] states."},
    {"EB3103", "more racks than positions", "[hall] states fewer positions for compute racks than the servers need."},
    {"EB3104", "cooling does not fit the servers",
     "Servers built for direct liquid cooling cannot be cooled by air alone: the site needs a liquid loop."},
    {"EB3105", "the halls need more floor than there is",
     "Racks in rows with hot and cold aisles take more area than [site] area states."},
    {"EB3106", "heat keeps racks from being fuller",
     "Room air, or a rear door, takes the heat of fewer servers than a rack has height for. More heat taken from each rack means "
     "fewer racks, shorter cables and less floor."},
    {"EB3201", "the fabric cannot be wired as one",
     "A fat tree of three tiers of switches with r ports has at most r/2 · r/2 · r ports for servers, and every leaf "
     "needs as many links to each spine of its pod. `plan` and `cables` end here and name designs that work; other commands "
     "go on with several fabrics side by side, which [fabric] islands asks for."},
    {"EB3202", "no fabric",
     "The servers have network adapters, but no switch of the catalog fits them, or none was found that can be wired. Likewise "
     "where the file names a switch for the front end or for storage."},
    {"EB3203", "adaptive routing needs adapters that reorder",
     "Spraying and adaptive routing deliver packets out of order. An adapter that cannot put them in order again asks "
     "for them a second time, and the traffic gets slower instead of faster."},
    {"EB3204", "the last unit is not full",
     "Servers are wired in units that share a set of leaf switches. A last unit that is not full is normal; its ports "
     "stay free for more servers."},
    {"EB3205", "the pod asked for cannot be wired evenly",
     "A pod needs as many links from each leaf to each of its spines, and its leaves must fit the ports of a spine. The "
     "nearest size that can be wired stands in."},
    {"EB3206", "switch and adapter speak different protocols",
     "InfiniBand adapters need InfiniBand switches; RoCE and EFA adapters need Ethernet switches."},
    {"EB3207", "no optic or cable reaches",
     "No module or cable of the catalog has the speed of this link and its length. The design takes the one that reaches "
     "farthest, or counts the links without modules; real lengths depend on where the switches stand."},
    {"EB3208", "no parts for the links of planes",
     "Planes split an adapter into slower ports. No module and cable of the catalog carries links of that speed from these "
     "switches."},
    {"EB3209", "storage has no network of its own",
     "[storage_network] asks for one, but the servers have no adapters for it, or there are no storage nodes to reach."},
    {"EB3210", "a job stays on one island",
     "Fabrics side by side have no links to one another. Jobs are planned within one of them."},
    {"EB3301", "supply below what the site is sized for",
     "All supplies with a known date together, reserve standing by, give less than the finished site would draw. At "
     "nameplate this is common and worth knowing; at training load the site cannot run in full."},
    {"EB3302", "a level of the power tree has no unit to spare",
     "With one unit out the others cannot carry the provisioned load, though the file asks for N+1 or 2N."},
    {"EB3303", "supplies of a server are smaller than its draw",
     "The supplies that must work, together, give less than the rating of the server."},
    {"EB3304", "the phases are loaded unevenly",
     "Single-phase supplies in one rack do not divide by three, so that one phase carries more than its share. "
     "Neighboring racks that begin with the next phase make up for it."},
    {"EB3401", "stated PUE is better than the parts allow",
     "The power usage effectiveness of the file leaves less for losses and cooling than the parts of the design take."},
    {"EB3402", "evaporation would need more water than there is",
     "If all heat left by evaporation, the site would draw more water than [site] water_per_day allows. The rest has to "
     "leave through dry coolers."},
    {"EB3501", "price unknown",
     "A line of the bill of materials has no price in the cluster file or in the catalog. The sum leaves it out."},
};

}  // namespace

std::span<const CodeText> design_codes() { return kCodes; }

}  // namespace eigenbau::design
