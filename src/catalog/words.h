// Which words of a file mean which value of the catalog's enumerations?
#pragma once

#include "catalog/context_parallel.h"
#include "catalog/precision.h"
#include "catalog/recompute.h"
#include "catalog/server.h"
#include "input/record.h"

template <>
struct eigenbau::Words<eigenbau::catalog::Cooling> {
  static constexpr std::pair<std::string_view, catalog::Cooling> words[] = {
      {"air", catalog::Cooling::air}, {"direct-liquid", catalog::Cooling::direct_liquid}, {"hybrid", catalog::Cooling::hybrid}};
};

template <>
struct eigenbau::Words<eigenbau::catalog::ContextParallel> {
  static constexpr auto& words = catalog::kContextParallels;
};

template <>
struct eigenbau::Words<eigenbau::catalog::Recompute::Mode> {
  static constexpr auto& words = catalog::kRecomputeModes;
};

template <>
struct eigenbau::Words<eigenbau::catalog::SelectiveRecompute> {
  static constexpr auto& words = catalog::kSelectiveRecomputes;
};

template <>
struct eigenbau::Words<eigenbau::catalog::RecomputeModule> {
  static constexpr auto& words = catalog::kRecomputeModules;
};

template <>
struct eigenbau::Words<eigenbau::catalog::Precision> {
  static constexpr std::pair<std::string_view, catalog::Precision> words[] = {
      {"bf16", catalog::Precision::bf16},           {"fp8", catalog::Precision::fp8},     {"fp16", catalog::Precision::fp16},
      {"fp8_block", catalog::Precision::fp8_block}, {"mxfp8", catalog::Precision::mxfp8}, {"nvfp4", catalog::Precision::nvfp4},
      {"int8", catalog::Precision::int8},           {"tf32", catalog::Precision::tf32},   {"fp32", catalog::Precision::fp32}};
};
