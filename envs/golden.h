// Golden trajectories: what the real dm_control did, written to files.
#ifndef ENVS_GOLDEN_H_
#define ENVS_GOLDEN_H_

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace envs {

struct GoldenArray {
  absl::Span<const double> Row(int row) const {
    return numbers.subspan(static_cast<size_t>(row) * columns, columns);
  }

  absl::Span<const double> numbers;  // row-major
  int rows = 0, columns = 0;
};

struct GoldenEpisode {
  std::string number;  // names its block of arrays
  std::string scenario;
  uint32_t seed;
  int steps;
};

// One task: <task>.bin, float64 little-endian, and <task>.idx, lines of
//   array <block> <name> <rows> <columns> <offset in float64s>
//   episode <number> <scenario> <seed> <steps>
// with blocks `model`, `static` and the numbers of the episodes.
class Golden {
 public:
  // NotFound for a missing file, InvalidArgument for one that does not keep to
  // the format.
  static absl::StatusOr<Golden> Read(const std::string& folder,
                                     const std::string& task);

  const std::vector<GoldenEpisode>& episodes() const { return episodes_; }

  // Null if there is none.
  const GoldenArray* Find(const std::string& block,
                          const std::string& name) const;
  // NotFound if there is none, InvalidArgument for another number of columns or
  // fewer rows.
  absl::StatusOr<GoldenArray> Get(const std::string& block,
                                  const std::string& name, int rows,
                                  int columns) const;

 private:
  std::string file_;  // <folder>/<task>.idx
  std::vector<double> numbers_;
  std::vector<GoldenEpisode> episodes_;
  std::map<std::pair<std::string, std::string>, GoldenArray> arrays_;
};

// The tasks of a folder, from its .idx files; NotFound if there are none.
absl::StatusOr<std::vector<std::string>> GoldenTasks(const std::string& folder);

}  // namespace envs

#endif  // ENVS_GOLDEN_H_
