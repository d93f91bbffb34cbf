// Which codes does the command line itself report, and what does any code of the program mean?
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "base/codes.h"

namespace eigenbau::cli {

inline constexpr std::string_view kUnknownCommand = "EB0001";
inline constexpr std::string_view kUnknownOption = "EB0002";
inline constexpr std::string_view kBadOptionValue = "EB0003";
inline constexpr std::string_view kWrongArguments = "EB0004";
inline constexpr std::string_view kCannotWrite = "EB0005";
inline constexpr std::string_view kNoSuchPart = "EB0006";
inline constexpr std::string_view kMissingColumn = "EB0007";
inline constexpr std::string_view kNoPlan = "EB0008";
inline constexpr std::string_view kInternal = "EB0009";
inline constexpr std::string_view kUnknownDevice = "EB0010";
inline constexpr std::string_view kBadTrace = "EB0011";
inline constexpr std::string_view kNoFabric = "EB0012";
inline constexpr std::string_view kCapTooLow = "EB0013";
inline constexpr std::string_view kNoFormat = "EB0014";
inline constexpr std::string_view kBadPlan = "EB0015";
inline constexpr std::string_view kUnknownName = "EB0016";
inline constexpr std::string_view kNothingToFit = "EB0017";
inline constexpr std::string_view kUnknownColumn = "EB0018";
inline constexpr std::string_view kCablesFail = "EB0020";

/// The codes of every room, ascending.
std::vector<CodeText> all_codes();

}  // namespace eigenbau::cli
