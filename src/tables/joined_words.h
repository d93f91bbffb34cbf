// How many GPUs do links join, where words say less or more than the GPU's name?
#pragma once

#include <string_view>

namespace eigenbau::tables {

/// GPUs that links join at most by words in lower case: 36 of "NVL36", 72 of "NVL36x2"; those of a server, `server` or a tray of
/// four where that is not known (0) or a rack, of "MNNVL off", "IMEX disabled", "NVLink within the tray". 0: they say nothing.
int most_joined(std::string_view words, int server);

}  // namespace eigenbau::tables
