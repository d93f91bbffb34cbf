// How does a cluster file become a Cluster?
#pragma once

#include "base/codes.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "cluster/cluster.h"
#include "input/reader.h"

namespace eigenbau::cluster {

/// One reading of a file: the values of one draw, and what was met on the way.
struct Reading {
  Cluster cluster;
  ReadLog log;          ///< ranges and unknowns
  Diagnostics remarks;  ///< warnings; a reading with errors is no reading
};

/// The file's values under one draw. Everything that is wrong with keys, units, bounds and the make-up of jobs and claims
/// goes to `problems`; what could be read is returned.
Cluster read_cluster(const Document& document, const Draw& draw, ReadLog& log, Diagnostics& problems);

/// What no single key shows: parts that do not exist, things that contradict each other, names that mean nothing.
/// What rests on a value that could not be read is passed over. Meant for the middle values: a sample cannot be wrong.
void check_cluster(const Cluster& cluster, const Document& document, const catalog::Catalog& catalog, Diagnostics& problems);

/// Reads the middle values and checks them: the cluster, or all that is wrong with the file, in its order.
Result<Reading> load_cluster(const Document& document, const catalog::Catalog& catalog);

/// The same file under another draw. The file has passed `load_cluster`.
Cluster sample_cluster(const Document& document, const Draw& draw);

/// JSON Schema of the cluster file, for editors.
std::string cluster_schema();

/// Markdown page of all its tables and keys.
std::string cluster_reference();

/// A commented file to start from, which reads without errors.
std::string starter_file(const std::string& name);

/// The codes EB20xx, of this room.
std::span<const CodeText> cluster_codes();

}  // namespace eigenbau::cluster
