#include "experiments/cliffwalk/results.h"

#include <map>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "envs/cliffwalk.h"
#include "envs/markov_decision_process.h"
#include "experiments/text_table.h"

namespace experiments {
namespace {

// Of a row of the runs, whose keys are those of RunGrid.
enum Key { kAlgorithm, kTemperature, kRank, kSeed };

// Keys of the summary, and the seed.
std::vector<std::string> KeysWithIteration() {
  return {"algorithm", "temperature", "rank", "iteration", "seed"};
}

Row AtIteration(const Row& run, int iteration, std::vector<double> metrics) {
  return {.key = {run.key[kAlgorithm], run.key[kTemperature], run.key[kRank],
                  absl::StrCat(iteration), run.key[kSeed]},
          .metrics = std::move(metrics)};
}

double OptimalStartValue(const Study& study, double temperature) {
  const envs::MarkovDecisionProcess problem = ProblemAt(study, temperature);
  return problem.Under(problem.OptimalPolicy()).Values()[envs::kCliffwalkStart];
}

void AddOptimal(const Study& study, RunTable& table) {
  for (const double temperature : study.grid.temperatures) {
    const double value = OptimalStartValue(study, temperature);
    for (const int rank : study.grid.ranks) {
      for (int i = 0; i <= study.iteration.iterations; ++i) {
        table.rows.push_back({.key = {kOptimal, NumberText(temperature),
                                      absl::StrCat(rank), absl::StrCat(i), "0"},
                              .metrics = {value}});
      }
    }
  }
}

// Lines of policies.csv of one policy.
void AppendPolicy(const std::string& name, double start_value,
                  const std::vector<int>& actions,
                  const std::vector<double>& values, std::string& text) {
  const auto append = [&](envs::Cell cell, const char* kind,
                          const std::string& rest) {
    absl::StrAppend(&text, name, ",", NumberText(start_value), ",", cell.row,
                    ",", cell.column, ",", kind, ",", rest, "\n");
  };
  for (int state = 0; state < envs::kCliffwalkStates; ++state) {
    append(envs::CliffwalkCell(state),
           state == envs::kCliffwalkStart  ? "start"
           : state == envs::kCliffwalkGoal ? "goal"
                                           : "free",
           absl::StrCat(envs::kCliffwalkActions[actions[state]], ",",
                        NumberText(values[state])));
  }
  const envs::Cell start = envs::CliffwalkCell(envs::kCliffwalkStart);
  const envs::Cell goal = envs::CliffwalkCell(envs::kCliffwalkGoal);
  for (int column = start.column + 1; column < goal.column; ++column) {
    append({start.row, column}, "cliff", ",");
  }
}

}  // namespace

Summary Summarize(const Study& study, const RunTable& runs) {
  const int last = study.iteration.iterations;
  RunTable by_iteration = {
      .columns = {.keys = KeysWithIteration(), .metrics = {"start_value"}}};
  RunTable at_the_end = {.columns = {.keys = KeysWithIteration(),
                                     .metrics = {"value_error", "entropy"}}};
  AddOptimal(study, by_iteration);
  for (const Row& run : runs.rows) {
    for (int i = 0; i <= last; ++i) {
      by_iteration.rows.push_back(
          AtIteration(run, i, {run.metrics[StartValueColumn(i)]}));
    }
    at_the_end.rows.push_back(AtIteration(run, last,
                                          {run.metrics[ValueErrorColumn(study)],
                                           run.metrics[EntropyColumn(study)]}));
  }
  Summary summary = Summarize(by_iteration, "seed", Statistic::kMean);
  Summary errors = Summarize(at_the_end, "seed", Statistic::kMean);
  summary.rows.insert(summary.rows.end(), errors.rows.begin(),
                      errors.rows.end());
  return summary;
}

std::string FinalValues(const Study& study, const Summary& summary) {
  const std::string last = absl::StrCat(study.iteration.iterations);
  std::vector<std::string> columns = {kOptimal};
  columns.insert(columns.end(), study.grid.algorithms.begin(),
                 study.grid.algorithms.end());
  std::map<std::vector<std::string>, std::string> cells;
  for (const SummaryRow& row : summary.rows) {
    if (row.metric != "start_value" || row.key.back() != last) continue;
    cells[row.key] = absl::StrFormat("%.4g", row.mean);
  }
  std::vector<std::vector<std::string>> table = {{"temperature", "rank"}};
  table[0].insert(table[0].end(), columns.begin(), columns.end());
  for (const double temperature : study.grid.temperatures) {
    for (const int rank : study.grid.ranks) {
      const std::string t = NumberText(temperature), r = absl::StrCat(rank);
      std::vector<std::string>& line = table.emplace_back();
      line = {t, r};
      for (const std::string& name : columns) {
        line.push_back(cells[{name, t, r, last}]);
      }
    }
  }
  return TextTable(table);
}

std::string PoliciesCsv(const Study& study, const RunTable& runs) {
  std::string text = "policy,start_value,row,column,kind,action,value\n";
  const envs::MarkovDecisionProcess problem =
      ProblemAt(study, study.picture_temperature);
  const Eigen::MatrixXd optimal = problem.OptimalPolicy();
  const Eigen::VectorXd true_values = problem.Under(optimal).Values();
  std::vector<int> actions;
  for (const auto probabilities : optimal.rowwise()) {
    Eigen::Index action;
    probabilities.maxCoeff(&action);
    actions.push_back(static_cast<int>(action));
  }
  AppendPolicy(kOptimal, true_values[envs::kCliffwalkStart], actions,
               {true_values.begin(), true_values.end()}, text);
  for (const Row& run : runs.rows) {
    if (run.key[kTemperature] != NumberText(study.picture_temperature) ||
        run.key[kRank] != absl::StrCat(study.picture_rank) ||
        run.key[kSeed] != absl::StrCat(study.grid.first_seed)) {
      continue;
    }
    std::vector<double> values;
    for (int state = 0; state < envs::kCliffwalkStates; ++state) {
      actions[state] =
          static_cast<int>(run.metrics[ActionColumn(study, state)]);
      values.push_back(run.metrics[ValueColumn(study, state)]);
    }
    AppendPolicy(run.key[kAlgorithm],
                 run.metrics[StartValueColumn(study.iteration.iterations)],
                 actions, values, text);
  }
  return text;
}

}  // namespace experiments
