// Tests of mistakes: the process must end with one sentence that helps.
#ifndef AUTODIFF_TESTING_EXPECT_FAIL_H_
#define AUTODIFF_TESTING_EXPECT_FAIL_H_

#include <functional>
#include <source_location>
#include <string>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace autodiff {

// Expects that `mistake` ends the process with status 1 and one line on stderr
// that holds all `parts`.
inline void ExpectFail(
    const std::function<void()>& mistake, const std::vector<std::string>& parts,
    std::source_location where = std::source_location::current()) {
  const testing::ScopedTrace trace(where.file_name(),
                                   static_cast<int>(where.line()), "mistake");
  std::vector<testing::Matcher<const std::string&>> all = {
      testing::MatchesRegex("autodiff: [^\n]*\n")};
  for (const std::string& part : parts) all.push_back(testing::HasSubstr(part));
  EXPECT_EXIT(mistake(), testing::ExitedWithCode(1), testing::AllOfArray(all));
}

}  // namespace autodiff

#endif  // AUTODIFF_TESTING_EXPECT_FAIL_H_
