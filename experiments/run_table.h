// The results of an experiment: one row a run, and their text in runs.csv.
#ifndef EXPERIMENTS_RUN_TABLE_H_
#define EXPERIMENTS_RUN_TABLE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace experiments {

// The shortest text that reads back as the same number; "nan", "inf", "-inf".
std::string NumberText(double value);

// The number, if all of the text is one.
std::optional<double> ParseNumber(absl::string_view text);

struct Columns {
  // What tells runs apart: algorithm, temperature, rank, seed.
  std::vector<std::string> keys;
  // What a run measures: value_error, entropy.
  std::vector<std::string> metrics;
};

struct Row {
  // One text a key column, as the user typed it or as NumberText writes it.
  std::vector<std::string> key;
  std::vector<double> metrics;
  // Wall clock of the run.
  double seconds = 0;
};

struct RunTable {
  Columns columns;
  std::vector<Row> rows;
};

// "algorithm=mle rank=2 seed=0", for messages.
std::string KeyText(const std::vector<std::string>& names,
                    const std::vector<std::string>& key);

// "algorithm,rank,seed,value_error,seconds\n".
std::string HeaderLine(const Columns& columns);

// "mle,2,0,0.25,1.5\n".
std::string RowLine(const Row& row);

struct ParsedRuns {
  std::vector<Row> rows;
  // The bytes before a torn last line: one that a killed process has written
  // in part, without its end of line.
  int64_t whole_bytes = 0;
};

// Reads the text of the file `path`, of which one process at a time was
// writing lines in order. DataLoss for everything else that is not a table of
// different runs under exactly these columns; the message names file and line.
// numeric_keys[i] says that key column i must hold numbers.
absl::StatusOr<ParsedRuns> ParseRuns(absl::string_view text,
                                     absl::string_view path,
                                     const Columns& columns,
                                     const std::vector<bool>& numeric_keys);

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_TABLE_H_
