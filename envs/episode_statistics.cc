#include "envs/episode_statistics.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "envs/environment.h"
#include "envs/saved_state.h"
#include "envs/wrapper.h"

namespace envs {
namespace {

// A line each: the count, a space, the warning.
std::string ToText(const std::map<std::string, int64_t>& warnings) {
  std::string text;
  for (const auto& [warning, count] : warnings) {
    absl::StrAppend(&text, count, " ", warning, "\n");
  }
  return text;
}

std::map<std::string, int64_t> ToWarnings(absl::string_view text) {
  std::map<std::string, int64_t> warnings;
  for (const absl::string_view line :
       absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> parts =
        absl::StrSplit(line, absl::MaxSplits(' ', 1));
    int64_t& count = warnings[std::string(parts.second)];
    static_cast<void>(absl::SimpleAtoi(parts.first, &count));
  }
  return warnings;
}

}  // namespace

EpisodeStatistics::EpisodeStatistics(std::unique_ptr<Environment> inner)
    : Wrapper(std::move(inner)) {}

TimeStep EpisodeStatistics::Reset(uint32_t seed) {
  return_ = 0;
  length_ = 0;
  return inner().Reset(seed);
}

TimeStep EpisodeStatistics::Reset() {
  return_ = 0;
  length_ = 0;
  return inner().Reset();
}

absl::StatusOr<TimeStep> EpisodeStatistics::Step(
    absl::Span<const double> action) {
  const absl::StatusOr<TimeStep> step = inner().Step(action);
  if (!step.ok()) return step;
  return_ += step->reward;
  ++length_;
  if (step->last()) ++episodes_;
  if (!step->warning.empty()) ++warnings_[std::string(step->warning)];
  return step;
}

std::string EpisodeStatistics::SaveState() const {
  return Pack(Name(), {.texts = {inner().SaveState(), ToText(warnings_)},
                       .numbers = {return_, static_cast<double>(length_),
                                   static_cast<double>(episodes_)}});
}

absl::StatusOr<TimeStep> EpisodeStatistics::RestoreState(
    absl::string_view state) {
  const absl::StatusOr<SavedState> saved = Unpack(Name(), state, 2, 3);
  if (!saved.ok()) return saved.status();
  const absl::StatusOr<TimeStep> step = inner().RestoreState(saved->texts[0]);
  if (!step.ok()) return step;
  warnings_ = ToWarnings(saved->texts[1]);
  return_ = saved->numbers[0];
  length_ = static_cast<int64_t>(saved->numbers[1]);
  episodes_ = static_cast<int64_t>(saved->numbers[2]);
  return step;
}

std::string EpisodeStatistics::Name() const {
  return absl::StrCat(spec().name, " with statistics");
}

}  // namespace envs
