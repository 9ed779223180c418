#include "experiments/calibration/table1_text.h"

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "experiments/calibration/expected_loss.h"
#include "experiments/calibration/table1.h"
#include "experiments/run_table.h"
#include "experiments/text_table.h"

namespace experiments {
namespace {

std::string Name(Stochasticity stochasticity) {
  return stochasticity == Stochasticity::kStochastic ? "stochastic"
                                                     : "deterministic";
}

std::string Name(Method method) {
  switch (method) {
    case Method::kIterVaml:
      return "IterVAML";
    case Method::kMuZero:
      return "MuZero";
    case Method::kTd:
      return "TD";
  }
  return "";
}

std::string Name(Target target) {
  switch (target) {
    case Target::kModel:
      return "model";
    case Target::kExpectedValue:
      return "mean of V";
    case Target::kValue:
      return "V";
  }
  return "";
}

std::string Name(Loss loss) {
  return loss == Loss::kSample ? "sample" : "corrected";
}

std::string SamplesText(int64_t samples) {
  return samples == kInfinitelyMany ? "inf" : absl::StrCat(samples);
}

std::string CalibratedText(bool calibrated) {
  return calibrated ? "calibrated" : "uncalibrated";
}

// Table 1 of the paper.
std::string InPaper(Stochasticity model, Method method) {
  if (model == Stochasticity::kDeterministic || method == Method::kTd) {
    return "calibrated";
  }
  return method == Method::kIterVaml ? "uncalibrated (resolvable)"
                                     : "uncalibrated (for VF updates)";
}

// Calibrated for the targets of a method that `counts` names: so are all its
// results with this loss.
template <typename Counts>
bool Calibrated(const std::vector<CellResult>& results, const Verdict& of,
                Loss loss, Counts counts) {
  for (const CellResult& result : results) {
    const Cell& cell = result.cell;
    if (cell.model == of.model && cell.environment == of.environment &&
        cell.method == of.method && cell.loss == loss && counts(cell.target) &&
        !result.calibrated()) {
      return false;
    }
  }
  return true;
}

std::string Judge(const std::vector<CellResult>& results, const Verdict& of) {
  const auto any = [](Target) { return true; };
  const auto not_value = [](Target target) { return target != Target::kValue; };
  if (Calibrated(results, of, Loss::kSample, any)) return "calibrated";
  if (Calibrated(results, of, Loss::kCorrected, any)) {
    return "uncalibrated (resolvable)";
  }
  if (Calibrated(results, of, Loss::kCorrected, not_value)) {
    return "uncalibrated (for VF updates)";
  }
  return "uncalibrated";
}

}  // namespace

std::string CellName(const Cell& cell) {
  return absl::StrCat(Name(cell.method), ", ", Name(cell.model), " model, ",
                      Name(cell.environment), " environment, ", Name(cell.loss),
                      " loss, ", Name(cell.target));
}

std::string CellsText(const std::vector<CellResult>& results) {
  std::vector<std::vector<std::string>> rows = {
      {"environment", "model", "method", "of", "loss", "k = 1", "2", "4", "16",
       "inf", "", ""}};
  for (const CellResult& result : results) {
    const Cell& cell = result.cell;
    std::vector<std::string> row = {Name(cell.environment), Name(cell.model),
                                    Name(cell.method), Name(cell.target),
                                    Name(cell.loss)};
    // A correction has no k = 1.
    if (result.entries.front().samples != 1) row.emplace_back("-");
    for (const Entry& entry : result.entries) {
      row.push_back(entry.calibrated()
                        ? "0"
                        : absl::StrFormat("%.3g", entry.excess.value));
    }
    row.push_back(CalibratedText(result.calibrated()));
    row.emplace_back(result.holds() ? "" : "<- not in theory");
    rows.push_back(row);
  }
  return TextTable(rows);
}

std::string CellsCsv(const std::vector<CellResult>& results) {
  std::string csv =
      "environment,model,method,target,loss,samples,excess,error,verdict,"
      "in_theory\n";
  for (const CellResult& result : results) {
    const Cell& cell = result.cell;
    for (const Entry& entry : result.entries) {
      absl::StrAppend(&csv, Name(cell.environment), ",", Name(cell.model), ",",
                      Name(cell.method), ",", Name(cell.target), ",",
                      Name(cell.loss), ",", SamplesText(entry.samples), ",",
                      NumberText(entry.excess.value), ",",
                      NumberText(entry.excess.error), ",");
      absl::StrAppend(&csv, CalibratedText(entry.calibrated()), ",",
                      CalibratedText(entry.expected), "\n");
    }
  }
  return csv;
}

std::vector<Verdict> Verdicts(const std::vector<CellResult>& results) {
  std::vector<Verdict> verdicts;
  for (const CellResult& result : results) {
    const Cell& cell = result.cell;
    const bool known = !verdicts.empty() &&
                       verdicts.back().method == cell.method &&
                       verdicts.back().model == cell.model &&
                       verdicts.back().environment == cell.environment;
    if (known) continue;
    Verdict verdict{.model = cell.model,
                    .environment = cell.environment,
                    .method = cell.method,
                    .in_paper = InPaper(cell.model, cell.method)};
    verdict.computed = Judge(results, verdict);
    verdicts.push_back(verdict);
  }
  return verdicts;
}

std::string VerdictsText(const std::vector<Verdict>& verdicts) {
  std::vector<std::vector<std::string>> rows = {
      {"environment", "model", "method", "computed", "in the paper"}};
  for (const Verdict& verdict : verdicts) {
    rows.push_back({Name(verdict.environment), Name(verdict.model),
                    Name(verdict.method), verdict.computed,
                    verdict.computed == verdict.in_paper
                        ? "the same"
                        : absl::StrCat("<- ", verdict.in_paper)});
  }
  return TextTable(rows);
}

}  // namespace experiments
