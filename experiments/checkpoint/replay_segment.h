// The replay, saved piece by piece.
#ifndef EXPERIMENTS_CHECKPOINT_REPLAY_SEGMENT_H_
#define EXPERIMENTS_CHECKPOINT_REPLAY_SEGMENT_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "rl/replay.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {

// Rows `first` to before `last` of a replay, numbered as in rl/replay.h: a file
// that is written once, replay_<first>_<last>.safetensors, with the tensors
//
//   observations [rows, observation], actions [rows, action], rewards [rows]
//   end [rows], U8: 1 where an episode ends and there is only an observation
struct ReplaySegment {
  int64_t first = 0, last = 0;

  std::string FileName() const;
  bool operator==(const ReplaySegment&) const = default;
};

// Whether it is such a file's name.
bool IsReplaySegment(absl::string_view file_name);

// The file's contents.
absl::StatusOr<std::string> SegmentOf(const rl::Replay& replay,
                                      const ReplaySegment& segment);

// Adds the rows in the file, whose number of the first must be replay.added().
// DataLoss or InvalidArgument if it is not such a file.
absl::Status AddSegment(const safetensors::File& file,
                        const ReplaySegment& segment, rl::Replay& replay);

// "0-5000 5000-9000", and back. DataLoss for another text, or for segments that
// do not follow each other.
std::string SegmentsText(const std::vector<ReplaySegment>& segments);
absl::StatusOr<std::vector<ReplaySegment>> ParseSegments(
    absl::string_view text);

}  // namespace experiments

#endif  // EXPERIMENTS_CHECKPOINT_REPLAY_SEGMENT_H_
