#include "experiments/run_table.h"

#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

const Columns kColumns = {{"algorithm", "seed"}, {"error", "loss"}};
constexpr char kHeader[] = "algorithm,seed,error,loss,seconds\n";

absl::StatusOr<ParsedRuns> Parse(const std::string& text) {
  return ParseRuns(text, "runs.csv", kColumns, {false, true});
}

TEST(NumberTextTest, RoundTripsEveryBit) {
  std::mt19937_64 generator(0);
  for (int i = 0; i < 100000; ++i) {
    const uint64_t bits = generator();
    double value;
    std::memcpy(&value, &bits, sizeof(value));
    if (std::isnan(value)) continue;
    const std::optional<double> read = ParseNumber(NumberText(value));
    ASSERT_TRUE(read.has_value()) << value;
    ASSERT_EQ(std::memcmp(&*read, &value, sizeof(value)), 0) << value;
  }
}

TEST(NumberTextTest, IsShort) {
  EXPECT_EQ(NumberText(0.1), "0.1");
  EXPECT_EQ(NumberText(10000), "10000");
  EXPECT_EQ(NumberText(-0.0), "-0");
  EXPECT_EQ(NumberText(1e300), "1e+300");
  EXPECT_EQ(NumberText(INFINITY), "inf");
  EXPECT_EQ(NumberText(-INFINITY), "-inf");
  EXPECT_EQ(NumberText(NAN), "nan");
  EXPECT_EQ(NumberText(-NAN), "nan");
}

TEST(ParseNumberTest, TakesAllOfTheTextOrNothing) {
  EXPECT_EQ(ParseNumber("0.25"), 0.25);
  EXPECT_EQ(ParseNumber("-inf"), -INFINITY);
  EXPECT_TRUE(std::isnan(ParseNumber("nan").value()));
  for (const char* text : {"", " 1", "1 ", "1x", "one", "0x", "1e400", "--1"}) {
    EXPECT_EQ(ParseNumber(text), std::nullopt) << text;
  }
}

TEST(ParseRunsTest, ReadsWhatRowLineWrites) {
  const Row row = {{"mle", "3"}, {0.1, INFINITY}, 1.5};
  const absl::StatusOr<ParsedRuns> runs =
      Parse(HeaderLine(kColumns) + RowLine(row));
  ASSERT_TRUE(runs.ok()) << runs.status();
  ASSERT_THAT(runs->rows, SizeIs(1));
  EXPECT_THAT(runs->rows[0].key, ElementsAre("mle", "3"));
  EXPECT_THAT(runs->rows[0].metrics, ElementsAre(0.1, INFINITY));
  EXPECT_EQ(runs->rows[0].seconds, 1.5);
  EXPECT_EQ(HeaderLine(kColumns), kHeader);
  EXPECT_EQ(RowLine(row), "mle,3,0.1,inf,1.5\n");
}

// A kill can cut the file anywhere.
TEST(ParseRunsTest, KeepsTheWholeLinesOfEveryPrefix) {
  const std::string text =
      std::string(kHeader) + "mle,0,0.125,nan,1.5\nvaml_1_0,12,3e-05,4,0.25\n";
  for (size_t size = 0; size <= text.size(); ++size) {
    SCOPED_TRACE(size);
    const absl::StatusOr<ParsedRuns> runs = Parse(text.substr(0, size));
    ASSERT_TRUE(runs.ok()) << runs.status();
    const size_t end = text.substr(0, size).rfind('\n');
    const size_t whole = end == std::string::npos ? 0 : end + 1;
    EXPECT_EQ(runs->whole_bytes, whole);
    const size_t lines = std::count(text.begin(), text.begin() + whole, '\n');
    EXPECT_EQ(runs->rows.size(), lines == 0 ? 0 : lines - 1);
  }
}

TEST(ParseRunsTest, SaysWhatIsWrongWhere) {
  const std::string row = "mle,0,1,2,3\n";
  const struct {
    std::string text;
    std::string problem;
  } cases[] = {
      {"other,columns\n",
       "runs.csv:1: the columns are \"other,columns\" "
       "instead of \"algorithm,seed,error,loss,seconds\""},
      {"some text", "runs.csv:1: the columns are \"some text\""},
      {kHeader + row + "mle,1,1,2\n", "runs.csv:3: 4 fields instead of 5"},
      {kHeader + row + "mle,1,1,2,3,4\n", "runs.csv:3: 6 fields instead of 5"},
      {kHeader + std::string("hello\n"), "runs.csv:2: 1 fields instead of 5"},
      {kHeader + std::string("\n"), "runs.csv:2: 1 fields instead of 5"},
      {kHeader + std::string("mle,0,high,2,3\n"),
       "runs.csv:2: the error \"high\" is not a number"},
      {kHeader + std::string("mle,0,1,2,3s\n"),
       "runs.csv:2: the seconds \"3s\" is not a number"},
      {kHeader + std::string("mle,zero,1,2,3\n"),
       "runs.csv:2: the seed \"zero\" is not a number"},
      {kHeader + std::string("mle,0,1,,3\n"), "runs.csv:2: no loss"},
      {kHeader + std::string(",0,1,2,3\n"), "runs.csv:2: no algorithm"},
      {kHeader + row + "vaml,0,1,2,3\n" + "mle,0,9,9,9\n",
       "runs.csv:4: the run algorithm=mle seed=0 is in line 2 already"},
      // No torn row of ours.
      {kHeader + row + "mle,1,1,2,3,4", "runs.csv:3: 6 fields"},
      {kHeader + row + "mle,1,high,2", "runs.csv:3: the error \"high\""},
  };
  for (const auto& [text, problem] : cases) {
    const absl::Status status = Parse(text).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << text;
    EXPECT_THAT(std::string(status.message()),
                AllOf(HasSubstr(problem), HasSubstr("move the file away")));
  }
}

TEST(KeyTextTest, NamesEveryColumn) {
  EXPECT_EQ(KeyText({"rank", "seed"}, {"2", "7"}), "rank=2 seed=7");
}

}  // namespace
}  // namespace experiments
