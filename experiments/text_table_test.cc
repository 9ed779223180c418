#include "experiments/text_table.h"

#include "gtest/gtest.h"

namespace experiments {
namespace {

TEST(TextTableTest, AlignsNumbersRightAndTextLeft) {
  EXPECT_EQ(TextTable({{"name", "value", "note"},
                       {"a", "1", "first"},
                       {"long name", "-12.5", "x"}}),
            "name       value  note\n"
            "a              1  first\n"
            "long name  -12.5  x\n");
}

TEST(TextTableTest, CountsCharactersNotBytes) {
  EXPECT_EQ(TextTable({{"\u03b3", "x"}, {"ab", "y"}}), "\u03b3   x\nab  y\n");
}

TEST(TextTableTest, TakesShortRowsAndNone) {
  EXPECT_EQ(TextTable({{"a", "b"}, {"1"}, {"1", "2"}}), "a  b\n1\n1  2\n");
  EXPECT_EQ(TextTable({}), "");
}

}  // namespace
}  // namespace experiments
