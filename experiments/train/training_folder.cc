#include "experiments/train/training_folder.h"

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "experiments/checkpoint/checkpoint_files.h"
#include "experiments/checkpoint/replay_segment.h"
#include "experiments/checkpoint/snapshot.h"
#include "experiments/durable_file.h"
#include "experiments/train/trainer.h"
#include "rl/replay.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;

}  // namespace

absl::Status TrainingFolder::Save(Trainer& trainer, Snapshot snapshot) {
  std::error_code error;
  fs::create_directories(path_, error);
  if (error) return FileError("create", path_, error.value());

  const rl::Replay& replay = trainer.replay();
  std::vector<ReplaySegment> segments = newest_.segments;
  const int64_t saved = segments.empty() ? 0 : segments.back().last;
  if (replay.added() > saved) {
    segments.push_back(
        {.first = std::max(saved, replay.first_row()), .last = replay.added()});
    const absl::StatusOr<std::string> contents =
        SegmentOf(replay, segments.back());
    if (!contents.ok()) return contents.status();
    const absl::Status written = ReplaceFile(
        absl::StrCat(path_, "/", segments.back().FileName()), *contents);
    if (!written.ok()) return written;
  }
  const auto forgotten = [&](const ReplaySegment& segment) {
    return segment.last <= replay.first_row();
  };
  segments.erase(segments.begin(), absl::c_find_if_not(segments, forgotten));

  trainer.Save(snapshot);
  snapshot.metadata["format"] = kCheckpointFormat;
  snapshot.metadata["task"] = trainer.config().task;
  snapshot.metadata["replay"] = SegmentsText(segments);
  const std::string name = CheckpointName(trainer.counts().decisions);
  const absl::StatusOr<std::string> contents =
      safetensors::Serialize(snapshot.tensors, snapshot.metadata);
  if (!contents.ok()) return contents.status();
  const absl::Status written =
      ReplaceFile(absl::StrCat(path_, "/", name), *contents);
  if (!written.ok()) return written;

  // Made again after the same decision, the one before it stays.
  if (newest_.checkpoint != name) older_ = std::move(newest_);
  newest_ = {.checkpoint = name, .segments = std::move(segments)};
  // Right after a start, what lies before the newest is not known.
  if (!older_.checkpoint.empty()) RemoveAllButThese();
  return absl::OkStatus();
}

absl::StatusOr<safetensors::File> TrainingFolder::Restore(
    Trainer& trainer, std::vector<std::string>& notes) {
  absl::StatusOr<safetensors::File> file =
      ReadNewestCheckpoint(path_, notes, [&](const std::string& checkpoint) {
        return RestoreFrom(checkpoint, trainer);
      });
  if (!absl::IsDataLoss(file.status())) return file;
  return absl::DataLossError(
      absl::StrCat(file.status().message(),
                   "; no other checkpoint is there: choose another "
                   "--output_dir to start anew"));
}

absl::StatusOr<safetensors::File> TrainingFolder::RestoreFrom(
    const std::string& checkpoint, Trainer& trainer) {
  absl::StatusOr<safetensors::File> file = ReadCheckpoint(checkpoint);
  if (!file.ok()) return file.status();
  const auto text = file->metadata().find("replay");
  absl::StatusOr<std::vector<ReplaySegment>> segments =
      ParseSegments(text == file->metadata().end() ? "none" : text->second);
  if (!segments.ok()) {
    return absl::DataLossError(
        absl::StrCat(checkpoint, ": ", segments.status().message()));
  }
  rl::Replay replay =
      trainer.MakeReplay(segments->empty() ? 0 : segments->front().first);
  for (const ReplaySegment& segment : *segments) {
    const std::string path = absl::StrCat(path_, "/", segment.FileName());
    absl::StatusOr<std::string> contents = ReadFile(path);
    if (!contents.ok()) return contents.status();
    const absl::StatusOr<safetensors::File> rows =
        safetensors::File::Parse(*std::move(contents), path);
    if (!rows.ok()) return rows.status();
    const absl::Status added = AddSegment(*rows, segment, replay);
    if (!added.ok()) return added;
  }
  const absl::Status restored = trainer.Restore(*file, std::move(replay));
  if (!restored.ok()) return restored;
  newest_ = {.checkpoint = fs::path(checkpoint).filename().string(),
             .segments = *std::move(segments)};
  return file;
}

// Leaves alone what it does not know. A file that was being written when a
// process ended ends in .tmp.
void TrainingFolder::RemoveAllButThese() const {
  std::set<std::string> keep;
  for (const Saved* saved : {&newest_, &older_}) {
    keep.insert(saved->checkpoint);
    for (const ReplaySegment& segment : saved->segments) {
      keep.insert(segment.FileName());
    }
  }
  std::error_code error;
  std::vector<fs::path> remove;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(path_, error)) {
    const std::string name = entry.path().filename().string();
    const absl::string_view written = absl::StripSuffix(name, ".tmp");
    if ((IsReplaySegment(written) || IsCheckpoint(written)) &&
        keep.count(name) == 0) {
      remove.push_back(entry.path());
    }
  }
  for (const fs::path& path : remove) fs::remove(path, error);
}

}  // namespace experiments
