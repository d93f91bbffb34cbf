# Writes OUTPUT, a C++ file that holds every part file below CATALOG, for src/catalog/embedded.h.
#   cmake -DCATALOG=... -DOUTPUT=... -P embed_catalog.cmake
file(GLOB parts RELATIVE ${CATALOG} ${CATALOG}/*/*.toml)
list(SORT parts)
set(entries "")
foreach(part IN LISTS parts)
  get_filename_component(kind ${part} DIRECTORY)
  get_filename_component(name ${part} NAME_WLE)
  file(READ ${CATALOG}/${part} text)
  string(APPEND entries "    {\"${kind}\", \"${name}\", R\"part(${text})part\"sv},\n")
endforeach()
file(WRITE ${OUTPUT} "#include \"catalog/embedded.h\"

namespace eigenbau::catalog {
namespace {
using namespace std::string_view_literals;  // they know their length; counting it would end at the compiler's limit

constexpr EmbeddedPart kParts[] = {
${entries}};

}  // namespace

std::span<const EmbeddedPart> embedded_parts() { return kParts; }

}  // namespace eigenbau::catalog
")
