#include "experiments/run_table.h"

#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace experiments {
namespace {

constexpr absl::string_view kSeconds = "seconds";

absl::Status Malformed(absl::string_view path, int64_t line,
                       absl::string_view problem) {
  return absl::DataLossError(
      absl::StrCat(path, ":", line, ": ", problem,
                   "; move the file away and run the same command again, or "
                   "repair the line"));
}

class LineParser {
 public:
  LineParser(const Columns& columns, const std::vector<bool>& numeric_keys)
      : names_(columns.keys), numeric_(numeric_keys) {
    names_.insert(names_.end(), columns.metrics.begin(), columns.metrics.end());
    names_.emplace_back(kSeconds);
    numeric_.resize(names_.size(), true);
  }

  // What is wrong with the fields of a line; empty if nothing is. Of a torn
  // line, pass the fields that are whole.
  std::string Problem(const std::vector<absl::string_view>& fields) const {
    for (size_t i = 0; i < fields.size() && i < names_.size(); ++i) {
      if (fields[i].empty()) return absl::StrCat("no ", names_[i]);
      if (numeric_[i] && !ParseNumber(fields[i]).has_value()) {
        return absl::StrCat("the ", names_[i], " \"", fields[i],
                            "\" is not a number");
      }
    }
    return "";
  }

  std::string WrongCount(size_t fields) const {
    return absl::StrCat(fields, " fields instead of ", names_.size());
  }

  size_t size() const { return names_.size(); }

 private:
  std::vector<std::string> names_;
  std::vector<bool> numeric_;
};

// Cuts the first line, with its end, off the text. Without an end of line
// there is no line.
std::optional<absl::string_view> TakeLine(absl::string_view& text) {
  const size_t end = text.find('\n');
  if (end == absl::string_view::npos) return std::nullopt;
  const absl::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

// For fields that Problem() found nothing wrong with.
Row MakeRow(const std::vector<absl::string_view>& fields, size_t keys) {
  Row row;
  for (size_t i = 0; i < keys; ++i) row.key.emplace_back(fields[i]);
  for (size_t i = keys; i + 1 < fields.size(); ++i) {
    row.metrics.push_back(*ParseNumber(fields[i]));
  }
  row.seconds = *ParseNumber(fields.back());
  return row;
}

}  // namespace

std::string NumberText(double value) {
  if (std::isnan(value)) return "nan";  // NaN's sign means nothing.
  char buffer[32];
  const std::to_chars_result result =
      std::to_chars(buffer, buffer + sizeof(buffer), value);
  return std::string(buffer, result.ptr);
}

std::optional<double> ParseNumber(absl::string_view text) {
  double value = 0;
  const char* end = text.data() + text.size();
  const std::from_chars_result result =
      std::from_chars(text.data(), end, value);
  if (result.ec != std::errc() || result.ptr != end) return std::nullopt;
  return value;
}

std::string KeyText(const std::vector<std::string>& names,
                    const std::vector<std::string>& key) {
  std::vector<std::string> parts;
  for (size_t i = 0; i < names.size(); ++i) {
    parts.push_back(absl::StrCat(names[i], "=", key[i]));
  }
  return absl::StrJoin(parts, " ");
}

std::string HeaderLine(const Columns& columns) {
  std::vector<absl::string_view> names(columns.keys.begin(),
                                       columns.keys.end());
  names.insert(names.end(), columns.metrics.begin(), columns.metrics.end());
  names.push_back(kSeconds);
  return absl::StrCat(absl::StrJoin(names, ","), "\n");
}

std::string RowLine(const Row& row) {
  std::vector<std::string> fields = row.key;
  for (double metric : row.metrics) fields.push_back(NumberText(metric));
  fields.push_back(NumberText(row.seconds));
  return absl::StrCat(absl::StrJoin(fields, ","), "\n");
}

absl::StatusOr<ParsedRuns> ParseRuns(absl::string_view text,
                                     absl::string_view path,
                                     const Columns& columns,
                                     const std::vector<bool>& numeric_keys) {
  const int64_t size = static_cast<int64_t>(text.size());
  const std::string header = HeaderLine(columns);
  if (absl::StartsWith(header, text) && text.size() < header.size()) {
    return ParsedRuns();  // Empty, or torn inside the header.
  }
  const absl::string_view found = text.substr(0, text.find('\n'));
  if (!absl::StartsWith(text, header)) {
    return Malformed(
        path, 1,
        absl::StrCat(
            "the columns are \"", found.substr(0, 200), "\" instead of \"",
            absl::string_view(header).substr(0, header.size() - 1), "\""));
  }
  text.remove_prefix(header.size());

  const LineParser parser(columns, numeric_keys);
  ParsedRuns result;
  absl::flat_hash_map<std::string, int64_t> line_of_key;
  int64_t number = 1;
  while (const std::optional<absl::string_view> line = TakeLine(text)) {
    ++number;
    const std::vector<absl::string_view> fields = absl::StrSplit(*line, ',');
    if (fields.size() != parser.size()) {
      return Malformed(path, number, parser.WrongCount(fields.size()));
    }
    const std::string problem = parser.Problem(fields);
    if (!problem.empty()) return Malformed(path, number, problem);
    Row row = MakeRow(fields, columns.keys.size());
    const auto [earlier, is_new] =
        line_of_key.emplace(absl::StrJoin(row.key, ","), number);
    if (!is_new) {
      return Malformed(
          path, number,
          absl::StrCat("the run ", KeyText(columns.keys, row.key),
                       " is in line ", earlier->second, " already"));
    }
    result.rows.push_back(std::move(row));
  }
  result.whole_bytes = size - static_cast<int64_t>(text.size());

  // Text that no torn row of ours can be was put there by someone else, who
  // should hear of it before it is cut off.
  std::vector<absl::string_view> torn = absl::StrSplit(text, ',');
  const bool too_many = torn.size() > parser.size();
  if (too_many) {
    return Malformed(path, number + 1, parser.WrongCount(torn.size()));
  }
  torn.pop_back();
  const std::string problem = parser.Problem(torn);
  if (!problem.empty()) return Malformed(path, number + 1, problem);
  return result;
}

}  // namespace experiments
