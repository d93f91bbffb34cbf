// How many GPUs do links join, where words say less or more than the GPU's name?
#pragma once

#include <string_view>

namespace eigenbau::tables {

/// GPUs that links join at most by words in lower case: 36 of "NVL36", 72 of "NVL36x2"; those of a server, `server` or a tray of
/// four where that is not known (0) or a rack, of "MNNVL off", "IMEX disabled", "NVLink within the tray"; the fewest where they
/// say several. 0: they say nothing.
int most_joined(std::string_view words, int server);

/// The same of one of the options of a run, a clause: only where it says nothing else ("NVL36", "MNNVL off"), since options
/// compare a run with others ("2x slower than NVL72").
int joined_by_option(std::string_view clause, int server);

/// Whether a clause says that the links of several servers join their GPUs, or do not: "use_mnnvl=True", "no IMEX".
bool speaks_of_fabric(std::string_view clause);

}  // namespace eigenbau::tables
