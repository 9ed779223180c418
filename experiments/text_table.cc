#include "experiments/text_table.h"

#include <algorithm>
#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "experiments/run_table.h"

namespace experiments {
namespace {

struct Column {
  size_t width = 0;
  bool numbers = true;
};

// Columns on the screen: bytes, less those that continue a UTF-8 character.
size_t Width(absl::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char byte) { return (byte & 0xC0) != 0x80; });
}

std::vector<Column> Measure(const std::vector<std::vector<std::string>>& rows) {
  std::vector<Column> columns;
  for (size_t row = 0; row < rows.size(); ++row) {
    if (columns.size() < rows[row].size()) columns.resize(rows[row].size());
    for (size_t i = 0; i < rows[row].size(); ++i) {
      const std::string& cell = rows[row][i];
      columns[i].width = std::max(columns[i].width, Width(cell));
      if (row > 0 && !ParseNumber(cell).has_value()) columns[i].numbers = false;
    }
  }
  return columns;
}

}  // namespace

std::string TextTable(const std::vector<std::vector<std::string>>& rows) {
  const std::vector<Column> columns = Measure(rows);
  std::string text;
  for (const std::vector<std::string>& row : rows) {
    std::string line;
    for (size_t i = 0; i < row.size(); ++i) {
      const std::string padding(columns[i].width - Width(row[i]), ' ');
      absl::StrAppend(&line, i == 0 ? "" : "  ",
                      columns[i].numbers ? padding : "", row[i],
                      columns[i].numbers ? "" : padding);
    }
    absl::StrAppend(&text, absl::StripTrailingAsciiWhitespace(line), "\n");
  }
  return text;
}

}  // namespace experiments
