#include "envs/golden.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace envs {
namespace {

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  if (!file || !(bytes << file.rdbuf())) {
    return absl::NotFoundError(absl::StrCat("cannot read ", path));
  }
  return bytes.str();
}

struct IndexLine {
  std::string block, name;
  int64_t rows, columns, offset;
};

bool ParseArray(const std::vector<absl::string_view>& words, IndexLine& line) {
  if (words.size() != 6) return false;
  line.block = std::string(words[1]);
  line.name = std::string(words[2]);
  return absl::SimpleAtoi(words[3], &line.rows) &&
         absl::SimpleAtoi(words[4], &line.columns) &&
         absl::SimpleAtoi(words[5], &line.offset) && line.rows >= 0 &&
         line.columns >= 0 && line.offset >= 0;
}

bool ParseEpisode(const std::vector<absl::string_view>& words,
                  GoldenEpisode& episode) {
  if (words.size() != 5) return false;
  episode.number = std::string(words[1]);
  episode.scenario = std::string(words[2]);
  return absl::SimpleAtoi(words[3], &episode.seed) &&
         absl::SimpleAtoi(words[4], &episode.steps) && episode.steps >= 0;
}

}  // namespace

absl::StatusOr<Golden> Golden::Read(const std::string& folder,
                                    const std::string& task) {
  Golden golden;
  golden.file_ = absl::StrCat(folder, "/", task, ".idx");
  const absl::StatusOr<std::string> index = ReadFile(golden.file_);
  if (!index.ok()) return index.status();
  const absl::StatusOr<std::string> bytes =
      ReadFile(absl::StrCat(folder, "/", task, ".bin"));
  if (!bytes.ok()) return bytes.status();
  golden.numbers_.resize(bytes->size() / sizeof(double));
  std::memcpy(golden.numbers_.data(), bytes->data(),
              golden.numbers_.size() * sizeof(double));

  const auto size = static_cast<int64_t>(golden.numbers_.size());
  int number = 0;
  for (const absl::string_view text : absl::StrSplit(*index, '\n')) {
    ++number;
    if (text.empty()) continue;
    const std::vector<absl::string_view> words = absl::StrSplit(text, ' ');
    IndexLine line;
    GoldenEpisode episode;
    if (words[0] == "array" && ParseArray(words, line)) {
      if (line.offset + line.rows * line.columns > size) {
        return absl::InvalidArgumentError(
            absl::StrCat(golden.file_, ":", number, ": ", task,
                         ".bin has only ", size, " numbers"));
      }
      golden.arrays_[{line.block, line.name}] = {
          .numbers =
              absl::MakeConstSpan(golden.numbers_)
                  .subspan(static_cast<size_t>(line.offset),
                           static_cast<size_t>(line.rows * line.columns)),
          .rows = static_cast<int>(line.rows),
          .columns = static_cast<int>(line.columns)};
    } else if (words[0] == "episode" && ParseEpisode(words, episode)) {
      golden.episodes_.push_back(std::move(episode));
    } else {
      return absl::InvalidArgumentError(
          absl::StrCat(golden.file_, ":", number,
                       " is neither an array nor an episode: ", text));
    }
  }
  return golden;
}

const GoldenArray* Golden::Find(const std::string& block,
                                const std::string& name) const {
  const auto found = arrays_.find({block, name});
  return found == arrays_.end() ? nullptr : &found->second;
}

absl::StatusOr<GoldenArray> Golden::Get(const std::string& block,
                                        const std::string& name, int rows,
                                        int columns) const {
  const GoldenArray* array = Find(block, name);
  if (array == nullptr) {
    return absl::NotFoundError(
        absl::StrCat(file_, " has no array ", block, " ", name));
  }
  if (array->columns != columns || array->rows < rows) {
    return absl::InvalidArgumentError(
        absl::StrCat(file_, ": array ", block, " ", name, " is ", array->rows,
                     " x ", array->columns, ", not ", rows, " x ", columns));
  }
  return *array;
}

absl::StatusOr<std::vector<std::string>> GoldenTasks(
    const std::string& folder) {
  std::vector<std::string> tasks;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".idx") {
      tasks.push_back(entry.path().stem().string());
    }
  }
  if (tasks.empty()) {
    return absl::NotFoundError(
        absl::StrCat("there are no golden files (*.idx) in ", folder));
  }
  std::sort(tasks.begin(), tasks.end());
  return tasks;
}

}  // namespace envs
