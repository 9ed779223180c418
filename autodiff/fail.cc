#include "autodiff/fail.h"

#include <cstdio>
#include <cstdlib>
#include <string>

#include "absl/strings/str_cat.h"

namespace autodiff {

void Fail(std::string_view sentence) {
  std::fprintf(stderr, "autodiff: %.*s\n", static_cast<int>(sentence.size()),
               sentence.data());
  std::fflush(stderr);
  std::_Exit(1);
}

std::string LineOf(const std::source_location& where) {
  return absl::StrCat(where.file_name(), ":", where.line());
}

}  // namespace autodiff
