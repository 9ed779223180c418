#include "experiments/checkpoint/replay_segment.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rl/replay.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {
namespace {

constexpr char kPrefix[] = "replay_";
constexpr char kSuffix[] = ".safetensors";

template <typename T>
void Append(std::vector<T>& all, absl::Span<const T> row) {
  all.insert(all.end(), row.begin(), row.end());
}

}  // namespace

std::string ReplaySegment::FileName() const {
  return absl::StrFormat("%s%09d_%09d%s", kPrefix, first, last, kSuffix);
}

bool IsReplaySegment(absl::string_view file_name) {
  return absl::StartsWith(file_name, kPrefix) &&
         absl::EndsWith(file_name, kSuffix);
}

absl::StatusOr<std::string> SegmentOf(const rl::Replay& replay,
                                      const ReplaySegment& segment) {
  std::vector<float> observations, actions, rewards;
  std::vector<uint8_t> end;
  for (int64_t i = segment.first; i < segment.last; ++i) {
    const rl::Replay::Row row = replay.row(i);
    Append(observations, row.observation);
    Append(actions, row.action);
    rewards.push_back(row.reward);
    end.push_back(row.end ? 1 : 0);
  }
  const int64_t rows = segment.last - segment.first;
  const auto columns = [&](const std::vector<float>& all) {
    return static_cast<int64_t>(all.size()) / rows;
  };
  return safetensors::Serialize(
      {safetensors::AsTensor<float>(
           "observations", {rows, columns(observations)}, observations),
       safetensors::AsTensor<float>("actions", {rows, columns(actions)},
                                    actions),
       safetensors::AsTensor<float>("rewards", {rows}, rewards),
       safetensors::AsTensor<uint8_t>("end", {rows}, end)},
      {{"first_row", absl::StrCat(segment.first)}});
}

absl::Status AddSegment(const safetensors::File& file,
                        const ReplaySegment& segment, rl::Replay& replay) {
  const int64_t rows = segment.last - segment.first;
  const int64_t observation = replay.config().observation_size;
  const int64_t action = replay.config().action_size;
  const auto observations =
      file.Get<float>("observations", {rows, observation});
  const auto actions = file.Get<float>("actions", {rows, action});
  const auto rewards = file.Get<float>("rewards", {rows});
  const auto end = file.Get<uint8_t>("end", {rows});
  absl::Status status = observations.status();
  status.Update(actions.status());
  status.Update(rewards.status());
  status.Update(end.status());
  if (!status.ok()) return status;
  for (int64_t i = 0; i < rows; ++i) {
    const auto seen = observations->subspan(i * observation, observation);
    if ((*end)[i] != 0) {
      replay.EndEpisode(seen);
    } else {
      replay.AddTransition(seen, actions->subspan(i * action, action),
                           (*rewards)[i]);
    }
  }
  return absl::OkStatus();
}

std::string SegmentsText(const std::vector<ReplaySegment>& segments) {
  return absl::StrJoin(segments, " ",
                       [](std::string* out, const ReplaySegment& segment) {
                         absl::StrAppend(out, segment.first, "-", segment.last);
                       });
}

absl::StatusOr<std::vector<ReplaySegment>> ParseSegments(
    absl::string_view text) {
  std::vector<ReplaySegment> segments;
  for (const absl::string_view part :
       absl::StrSplit(text, ' ', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> ends =
        absl::StrSplit(part, absl::MaxSplits('-', 1));
    ReplaySegment segment;
    if (!absl::SimpleAtoi(ends.first, &segment.first) ||
        !absl::SimpleAtoi(ends.second, &segment.last) || segment.first < 0 ||
        segment.last <= segment.first ||
        (!segments.empty() && segment.first != segments.back().last)) {
      return absl::DataLossError(absl::StrCat(
          "\"", text, "\" does not list the replay's segments one by one"));
    }
    segments.push_back(segment);
  }
  return segments;
}

}  // namespace experiments
