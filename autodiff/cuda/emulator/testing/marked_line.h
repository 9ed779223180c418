// Lines of a test's own source that it marks by a comment.
#ifndef AUTODIFF_CUDA_EMULATOR_TESTING_MARKED_LINE_H_
#define AUTODIFF_CUDA_EMULATOR_TESTING_MARKED_LINE_H_

#include <fstream>
#include <source_location>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace autodiff::cuda::emulator {

// "a_test.cc:7", if line 7 of the calling file ends with "// mark". The file
// must be among the test's data.
inline std::string MarkedLine(
    const std::string& mark,
    std::source_location where = std::source_location::current()) {
  std::ifstream file(where.file_name());
  int number = 0;
  for (std::string line; std::getline(file, line);) {
    ++number;
    if (absl::EndsWith(line, "// " + mark)) {
      return absl::StrCat(where.file_name(), ":", number);
    }
  }
  ADD_FAILURE() << where.file_name() << " has no line marked " << mark;
  return "";
}

}  // namespace autodiff::cuda::emulator

#endif  // AUTODIFF_CUDA_EMULATOR_TESTING_MARKED_LINE_H_
