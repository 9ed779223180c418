#include "experiments/train/records.h"

#include <cmath>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "experiments/checkpoint/snapshot.h"
#include "experiments/csv_file.h"
#include "experiments/output_directory.h"
#include "experiments/run_table.h"
#include "experiments/train/trainer.h"
#include "rl/agent.h"
#include "tools/safetensors/safetensors.h"

namespace experiments {
namespace {

std::vector<std::string> MetricColumns(Trainer& trainer) {
  std::vector<std::string> columns = {"env_steps", "decisions", "updates",
                                      "episodes", "episode_return"};
  for (const auto& [name, value] : trainer.agent().Metrics()) {
    columns.push_back(name);
  }
  for (const auto& [name, value] :
       trainer.agent().HeldOutMetrics(trainer.replay(), 0)) {
    columns.push_back(absl::StrCat("held_out_", name));
  }
  columns.emplace_back("seconds");
  return columns;
}

std::vector<std::string> EvaluationColumns() {
  return {"env_steps", "decisions", "episode", "return"};
}

// In the metadata of a checkpoint.
constexpr char kMetricsBytes[] = "metrics_bytes";
constexpr char kEvaluationsBytes[] = "eval_bytes";

absl::StatusOr<CsvFile> OpenTable(const std::string& path,
                                  const std::vector<std::string>& columns,
                                  const safetensors::File* checkpoint,
                                  const char* bytes_name) {
  if (checkpoint == nullptr) return CsvFile::Create(path, columns);
  const absl::StatusOr<int64_t> bytes = ReadCount(*checkpoint, bytes_name);
  if (!bytes.ok()) return bytes.status();
  return CsvFile::Continue(path, columns, *bytes);
}

std::string Cell(double value) {
  return std::isnan(value) ? "" : NumberText(value);
}

std::string MeanCell(const Trainer::Interval::Sum& sum) {
  return sum.count == 0 ? "" : Cell(sum.total / static_cast<double>(sum.count));
}

}  // namespace

absl::StatusOr<std::unique_ptr<Records>> Records::Open(
    const OutputDirectory& directory, Trainer& trainer,
    const safetensors::File* checkpoint) {
  absl::StatusOr<CsvFile> metrics =
      OpenTable(directory.PathOf("metrics.csv"), MetricColumns(trainer),
                checkpoint, kMetricsBytes);
  if (!metrics.ok()) return metrics.status();
  absl::StatusOr<CsvFile> evaluations =
      OpenTable(directory.PathOf("eval.csv"), EvaluationColumns(), checkpoint,
                kEvaluationsBytes);
  if (!evaluations.ok()) return evaluations.status();
  return absl::WrapUnique(
      new Records(*std::move(metrics), *std::move(evaluations)));
}

Records::Records(CsvFile metrics, CsvFile evaluations)
    : metrics_(std::move(metrics)), evaluations_(std::move(evaluations)) {}

absl::Status Records::AddInterval(Trainer& trainer, double seconds) {
  const Trainer::Counts& counts = trainer.counts();
  const Trainer::Interval& interval = trainer.interval();
  std::vector<std::string> cells = {
      absl::StrCat(counts.env_steps), absl::StrCat(counts.decisions),
      absl::StrCat(counts.updates), absl::StrCat(counts.episodes),
      MeanCell(interval.returns)};
  for (const Trainer::Interval::Sum& sum : interval.metrics) {
    cells.push_back(MeanCell(sum));
  }
  for (const auto& [name, value] : trainer.agent().HeldOutMetrics(
           trainer.replay(), static_cast<uint64_t>(counts.decisions))) {
    cells.push_back(Cell(value));
  }
  cells.push_back(absl::StrFormat("%.1f", seconds));
  return metrics_.Append(cells);
}

absl::Status Records::AddEvaluation(const Trainer& trainer,
                                    const std::vector<double>& returns) {
  const Trainer::Counts& counts = trainer.counts();
  for (size_t i = 0; i < returns.size(); ++i) {
    const absl::Status added = evaluations_.Append(
        {absl::StrCat(counts.env_steps), absl::StrCat(counts.decisions),
         absl::StrCat(i), NumberText(returns[i])});
    if (!added.ok()) return added;
  }
  return absl::OkStatus();
}

absl::Status Records::Save(Snapshot& snapshot) {
  absl::Status status = metrics_.Sync();
  status.Update(evaluations_.Sync());
  snapshot.SetCount(kMetricsBytes, metrics_.bytes());
  snapshot.SetCount(kEvaluationsBytes, evaluations_.bytes());
  return status;
}

}  // namespace experiments
