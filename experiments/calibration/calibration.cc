// The theory of the paper as an experiment: Table 1, propositions and lemmas,
// each computed with the losses that train the agent.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iostream>
#include <iterator>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "experiments/calibration/claim.h"
#include "experiments/calibration/claims.h"
#include "experiments/calibration/curve.h"
#include "experiments/calibration/jobs.h"
#include "experiments/calibration/table1.h"
#include "experiments/calibration/table1_text.h"
#include "experiments/calibration/two_point.h"
#include "experiments/command_line.h"
#include "experiments/figure.h"
#include "experiments/interrupt.h"
#include "experiments/output_directory.h"
#include "experiments/program.h"
#include "experiments/run_table.h"

ABSL_FLAG(int, problems, 1000,
          "Random problems on which each claim that says \"always\" is tried.");
ABSL_FLAG(uint64_t, seed, 0, "Of random problems, samples and searches.");

namespace experiments {
namespace {

using ClaimCheck = Claim (*)(const Search&);

constexpr ClaimCheck kClaims[] = {Proposition1, Lemma1,       Lemma2,
                                  Proposition2, Proposition3, Lemma4,
                                  Proposition4, Proposition5, Relabelling};

struct Results {
  std::vector<CellResult> cells;
  std::vector<Claim> claims;
  std::vector<CurvePoint> curve;
};

// The claims first: a few of them take most of the time.
absl::Status Compute(Search search, int threads, Results& results) {
  const InterruptScope interrupt;
  search.stop = [&] { return interrupt.requested(); };
  const std::vector<Cell> cells = Table1Cells();
  results.cells.resize(cells.size());
  results.claims.resize(std::size(kClaims));
  std::vector<std::function<void()>> jobs;
  for (size_t i = 0; i < results.claims.size(); ++i) {
    jobs.emplace_back([&, i] { results.claims[i] = kClaims[i](search); });
  }
  for (size_t i = 0; i < cells.size(); ++i) {
    jobs.emplace_back(
        [&, i] { results.cells[i] = ComputeCell(cells[i], search.seed); });
  }
  jobs.emplace_back([&] { results.curve = ComputeCurve(search.seed); });
  return RunJobs(jobs, threads, interrupt);
}

double LargestError(const std::vector<CellResult>& cells) {
  double largest = 0;
  for (const CellResult& cell : cells) {
    for (const Entry& entry : cell.entries) {
      largest = std::max(largest, entry.excess.error);
    }
  }
  return largest;
}

std::string ReportText(const Results& results, int problems) {
  std::string text = absl::StrCat(
      "Table 1: is the surrogate calibrated?\n\n",
      VerdictsText(Verdicts(results.cells)),
      "\nThe same in numbers: the target loss at the surrogate's minimum, for "
      "k "
      "model samples\n(0: at most the numerical error, up to ",
      absl::StrFormat("%.2g", LargestError(results.cells)),
      ", which is in table1.csv)\n\n", CellsText(results.cells),
      "\nThe claims. What they say of any problem is tried on ", problems,
      " random ones.\n");
  for (const Claim& claim : results.claims) {
    absl::StrAppend(&text, "\n", ClaimText(claim));
  }
  return text;
}

std::string ClaimsCsv(const std::vector<Claim>& claims) {
  std::string csv = "claim,verdict,quantity,value,low,high\n";
  for (const Claim& claim : claims) {
    for (const Measurement& measurement : claim.measurements) {
      absl::StrAppend(
          &csv, claim.name, ",", measurement.holds() ? "holds" : "fails", ",\"",
          measurement.quantity, "\",", NumberText(measurement.value), ",",
          NumberText(measurement.low), ",", NumberText(measurement.high), "\n");
    }
  }
  return csv;
}

// OK, or which claims and cells do not hold.
absl::Status Judgement(const Results& results) {
  std::vector<std::string> failures;
  for (const Claim& claim : results.claims) {
    if (!claim.holds()) failures.push_back(claim.name);
  }
  for (const CellResult& result : results.cells) {
    if (!result.holds()) {
      failures.push_back(absl::StrCat("Table 1 (", CellName(result.cell), ")"));
    }
  }
  if (failures.empty()) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      failures.size(), " of ", results.claims.size() + results.cells.size(),
      " claims and cells do not hold: ", absl::StrJoin(failures, "; ")));
}

absl::Status RunCalibration() {
  const Search search{.seed = absl::GetFlag(FLAGS_seed),
                      .problems = absl::GetFlag(FLAGS_problems)};
  if (search.problems < 1 || search.problems > 1'000'000) {
    return absl::InvalidArgumentError(
        absl::StrCat("--problems=", search.problems,
                     ": it must be a whole number from 1 to 1e6"));
  }
  const auto directory = OutputDirectory::Open(absl::GetFlag(FLAGS_output_dir),
                                               /*free_flags=*/{}, "claims.csv");
  if (!directory.ok()) return directory.status();
  Results results;
  if (absl::Status computed =
          Compute(search, absl::GetFlag(FLAGS_threads), results);
      !computed.ok()) {
    return computed;
  }
  const std::string report = ReportText(results, search.problems);
  std::cout << report << std::flush;
  const struct {
    const char* name;
    std::string contents;
  } files[] = {{"report.txt", report},
               {"table1.csv", CellsCsv(results.cells)},
               {"curve.csv", CurveCsv(results.curve)},
               {"claims.csv", ClaimsCsv(results.claims)}};
  for (const auto& file : files) {
    const absl::Status written = (*directory)->Write(file.name, file.contents);
    if (!written.ok()) return written;
  }
  const TwoPoints points;
  if (absl::Status drawn =
          DrawCalibrationFigure(**directory, points.a, points.b, points.y());
      !drawn.ok()) {
    return drawn;
  }
  std::cout << "\nFigure and tables: " << (*directory)->path() << "\n";
  return Judgement(results);
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  experiments::ParseCommandLine(
      "calibration",
      "The paper's theory: Table 1, Propositions 1 to 5, Lemmas 1, 2 and 4. "
      "Ends with an error if one of them does not hold.",
      argc, argv);
  return experiments::ExitStatus(experiments::RunCalibration());
}
