// Is what words deny told from what they name?
#include "tables/negation.h"

#include <doctest/doctest.h>

#include <string>

using namespace eigenbau::tables;

TEST_CASE("a feature that is denied, switched off or set to 0 is off; a mere mention is on; silence says nothing") {
  for (const char* text : {"no nvls",
                           "no-nvls",
                           "non-nvls run",
                           "without any nvls",
                           "w/o nvls",
                           "nvls off",
                           "nvls: disabled",
                           "nvls is disabled",
                           "nvls not used",
                           "nvls was not used",
                           "nvls (off)",
                           "nccl_nvls_enable=0",
                           "-x nccl_nvls_enable = 0",
                           "nccl_nvls_disable=1",
                           "disable nvls",
                           "no sharp/nvls",
                           "nvls=false",
                           "nvls: null",
                           "nvls=none",
                           "nvls: ~",
                           "nvls = ~, ring",
                           "nvls excluded",
                           "nvls was removed",
                           "nvls omitted",
                           "excluding nvls",
                           "exclude nvls",
                           "ring, no nvls, 8 gpus"}) {
    INFO(std::string(text));
    CHECK(use_of(text, "nvls") == Use::off);
  }
  for (const char* text : {"nvls", "default algo (nvls)", "nvls on", "nccl_nvls_enable=1", "nvls enabled", "no sharp, nvls",
                           "without sharp and nvls on", "nvls 0.5 of peak", "nvls_disable=0", "excluding ring, nvls",
                           "nvls from 2mib, ring below", "nvls offers 480"}) {
    INFO(std::string(text));
    CHECK(use_of(text, "nvls") == Use::on);
  }
  for (const char* text : {"", "invlsible", "nvlstree", "no ring"}) CHECK(use_of(text, "nvls") == Use::unsaid);
}

TEST_CASE("what is left out of a figure alone is not off") {
  for (const char* text :
       {"mfu excludes nvls", "mfu without nvls", "nvls excluded from mfu", "nvls not counted in the mfu", "nvls flops excluded",
        "tflop/s w/o nvls", "step time excludes nvls", "mfu does not count nvls", "nvls omitted from the count"}) {
    INFO(std::string(text));
    CHECK(use_of(text, "nvls") == Use::on);
    CHECK(without_denied(text) == text);
  }
  for (const char* text : {"nvls excluded from the job", "nvls off in the mfu run", "nvls not used in mfu runs",
                           "run time no nvls", "mfu 0.4 without nvls", "no nvls in the mfu run, flops excluded"})
    CHECK_MESSAGE(use_of(text, "nvls") == Use::off, std::string(text));
}

TEST_CASE("a denial reaches over a list, not into the next clause") {
  CHECK(use_of("dropless; no cpu offload", "offload") == Use::off);
  CHECK(use_of("no activation or optimizer offload", "offload") == Use::off);
  CHECK(use_of("no recompute, cpu offload", "offload") == Use::on);
  CHECK(use_of("no recompute; offload of activations", "offload") == Use::on);
  CHECK(use_of("no recompute but offload", "offload") == Use::on);
  CHECK(use_of("not with offload", "offload") == Use::off);
  CHECK(without_denied("zero-1, not with offload") == "zero-1,");
}

TEST_CASE("a text without what it denies says the rest as it was written") {
  struct Pair {
    const char *text, *rest;
  };
  for (const auto& [text, rest] :
       {Pair{"bf16", "bf16"}, Pair{"fp8 or nvfp4", "fp8 or nvfp4"}, Pair{"bf16 (no fp8)", "bf16 ()"}, Pair{"ddp not fsdp", "ddp"},
        Pair{"full recompute off", ""}, Pair{"fsdp not used", ""}, Pair{"no fsdp, zero-1", ", zero-1"},
        Pair{"no zero but ddp", " but ddp"}, Pair{"recompute=false; mlp", "; mlp"}, Pair{"non-te fp8", " fp8"}, Pair{"", ""}}) {
    INFO(std::string(text));
    CHECK(without_denied(text) == rest);
  }
}
