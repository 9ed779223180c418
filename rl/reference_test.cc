// The update and the planner beside the independent reference of rl/reference/:
// the same parameters, batches and noise go in, the same numbers come out.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <fstream>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "autodiff/graph.h"
#include "autodiff/parameters.h"
#include "autodiff/program.h"
#include "autodiff/state.h"
#include "autodiff/tensor.h"
#include "gtest/gtest.h"
#include "rl/agent_config.h"
#include "rl/agent_parts.h"
#include "rl/golden.h"
#include "rl/planner.h"
#include "rl/update.h"

namespace rl {
namespace {

using autodiff::Graph;
using autodiff::ParameterGroup;
using autodiff::Program;
using autodiff::State;
using autodiff::Tensor;
using autodiff::Tensors;

// Largest difference allowed, in units of a tensor's largest element.
constexpr double kTolerance = 1e-8;

std::vector<GoldenVariant> Golden(const std::string& name) {
  absl::StatusOr<std::vector<GoldenVariant>> variants =
      ReadGolden("rl/testdata/" + name);
  EXPECT_TRUE(variants.ok()) << variants.status();
  return variants.ok() ? *std::move(variants) : std::vector<GoldenVariant>();
}

// Largest |ours − reference| over the largest |reference|.
double Difference(absl::Span<const double> ours,
                  absl::Span<const double> reference) {
  double difference = 0, largest = 0;
  for (size_t i = 0; i < reference.size(); ++i) {
    const double error = std::abs(ours[i] - reference[i]);
    difference = error <= difference ? difference : error;  // NaN stays
    largest = std::max(largest, std::abs(reference[i]));
  }
  return difference == 0 ? 0 : difference / largest;
}

// Worst difference of all tensors of a kind that were compared.
class Comparison {
 public:
  void Expect(absl::Span<const double> ours, absl::Span<const double> reference,
              const std::string& what) {
    ASSERT_EQ(ours.size(), reference.size()) << what;
    const double difference = Difference(ours, reference);
    EXPECT_LE(difference, kTolerance) << what;
    if (!(difference <= worst_)) worst_ = difference;
    ++compared_;
  }
  ~Comparison() {
    std::cout << compared_ << " tensors, worst difference " << worst_ << "\n";
  }

 private:
  double worst_ = 0;
  int compared_ = 0;
};

// Random draws by name, in recording order.
Tensors Draws(Graph& graph, const std::string& name) {
  Tensors draws;
  for (int id = 0; id < graph.size(); ++id) {
    if (graph.node(id).name == name) draws.emplace_back(&graph, id);
  }
  return draws;
}

// Divides `numbers` among fed nodes or inputs.
void Feed(Program<double>& program, const Tensors& tensors,
          absl::Span<const double> numbers) {
  for (const Tensor& tensor : tensors) {
    const absl::Span<double> buffer = program.Input(tensor);
    ASSERT_GE(numbers.size(), buffer.size());
    absl::c_copy(numbers.subspan(0, buffer.size()), buffer.begin());
    numbers.remove_prefix(buffer.size());
  }
  ASSERT_TRUE(numbers.empty());
}

// The parameters of one variant: their buffers, in the golden file's order.
class Parameters {
 public:
  Parameters(const AgentParts& agent, const GoldenVariant& variant,
             State<double>& state)
      : variant_(variant) {
    for (const ParameterGroup* group :
         {&agent.encoder_group, &agent.model_group, &agent.critic_group,
          &agent.actor_group}) {
      AddGroup("", *group, state.Reals(group->flat()));
    }
    AddGroup("target/", agent.critic_group, state.Reals(agent.target_critics));
    EXPECT_EQ(buffers_.size(), variant.parameters.size());
  }

  void Write(absl::Span<const double> numbers) {
    for (const auto& [name, size] : variant_.parameters) {
      const absl::Span<double> buffer = Find(name);
      ASSERT_EQ(buffer.size(), static_cast<size_t>(size)) << name;
      absl::c_copy(numbers.subspan(0, buffer.size()), buffer.begin());
      numbers.remove_prefix(buffer.size());
    }
    ASSERT_TRUE(numbers.empty());
  }

  void Compare(absl::Span<const double> numbers, const std::string& when,
               Comparison& comparison) {
    for (const auto& [name, size] : variant_.parameters) {
      comparison.Expect(Find(name),
                        numbers.subspan(0, static_cast<size_t>(size)),
                        absl::StrCat(when, " ", name));
      numbers.remove_prefix(static_cast<size_t>(size));
    }
  }

 private:
  void AddGroup(const std::string& prefix, const ParameterGroup& group,
                absl::Span<double> block) {
    for (const Tensor& parameter : group.parameters()) {
      const auto offset =
          static_cast<size_t>(parameter.node().attributes.Int("offset"));
      const auto size = static_cast<size_t>(parameter.shape().elements());
      buffers_.emplace_back(absl::StrCat(prefix, parameter.node().name),
                            block.subspan(offset, size));
    }
  }

  absl::Span<double> Find(const std::string& name) const {
    for (const auto& [ours, buffer] : buffers_) {
      if (ours == name) return buffer;
    }
    ADD_FAILURE() << "there is no parameter " << name;
    return {};
  }

  const GoldenVariant& variant_;
  std::vector<std::pair<std::string, absl::Span<double>>> buffers_;
};

// Losses that the reference has beside the parameters.
bool IsLoss(const std::string& metric) {
  return absl::EndsWith(metric, "_loss") || metric == "model_entropy";
}

// A pass of the update, fed with the golden file's batches and noise.
class GoldenPass {
 public:
  GoldenPass(const Batch& batch, const Pass& pass, State<double>& state)
      : batch_(batch),
        pass_(pass),
        state_(state),
        noise_(Draws(batch.observations.graph(), "noise")),
        program_(batch.observations.graph(), pass.Outputs(), &state,
                 {.fed = Fed()}) {
    std::erase_if(noise_, [this](const Tensor& noise) {
      return !absl::c_linear_search(program_.schedule(), noise.id());
    });
  }

  // Update i. Returns how many losses there were to compare.
  int Run(const GoldenVariant& variant, int i, Comparison& losses_seen) {
    const std::string prefix = absl::StrCat("update", i, "/");
    Feed(program_, {batch_.observations},
         variant.Array(prefix + "observation"));
    Feed(program_, {batch_.actions}, variant.Array(prefix + "action"));
    Feed(program_, {batch_.rewards}, variant.Array(prefix + "reward"));
    Feed(program_, noise_, variant.Array(prefix + "noise"));
    for (const auto& [node, variable] : pass_.fed) {
      if (variable.exists()) {
        Feed(program_, {node}, state_.Reals(variable));
      }
    }
    program_.Run();
    int losses = 0;
    for (const auto& [name, tensor] : pass_.metrics) {
      if (!IsLoss(name)) continue;
      losses_seen.Expect(program_.Output(tensor), variant.Array(prefix + name),
                         prefix + name);
      ++losses;
    }
    return losses;
  }

 private:
  Tensors Fed() const {
    Tensors fed = noise_;
    for (const auto& [node, variable] : pass_.fed) fed.push_back(node);
    return fed;
  }

  const Batch& batch_;
  const Pass& pass_;
  State<double>& state_;
  Tensors noise_;  // that the program reads
  Program<double> program_;
};

void CompareUpdates(const GoldenVariant& variant, Comparison& parameters_seen,
                    Comparison& losses_seen) {
  SCOPED_TRACE(variant.name);
  ASSERT_TRUE(Validate(variant.config).ok()) << Validate(variant.config);
  Graph graph;
  const AgentParts agent(graph, variant.config);
  const Batch batch(graph, variant.config);
  const Update update = RecordUpdate(agent, batch);
  State<double> state(graph);
  GoldenPass whole(batch, update.whole, state);
  GoldenPass critics_and_actor(batch, update.critics_and_actor, state);
  Parameters parameters(agent, variant, state);
  parameters.Write(variant.Array("initial"));

  const absl::Span<const double> is_whole = variant.Array("whole");
  constexpr int kUpdates = 10;
  ASSERT_EQ(is_whole.size(), kUpdates);
  for (int i = 0; i < kUpdates; ++i) {
    if (is_whole[i] == 1) {
      EXPECT_GE(whole.Run(variant, i, losses_seen), 3);
    } else {
      EXPECT_EQ(critics_and_actor.Run(variant, i, losses_seen), 2);
    }
    if (i == 0 || i + 1 == kUpdates) {
      parameters.Compare(
          variant.Array(absl::StrCat("update", i, "/parameters")),
          absl::StrCat("update", i, "/"), parameters_seen);
    }
  }
}

TEST(ReferenceTest, Updates) {
  const std::vector<GoldenVariant> variants = Golden("updates");
  EXPECT_EQ(variants.size(), 35);
  Comparison parameters, losses;
  for (const GoldenVariant& variant : variants) {
    CompareUpdates(variant, parameters, losses);
  }
}

void ComparePlan(const GoldenVariant& variant, Comparison& seen) {
  SCOPED_TRACE(variant.name);
  ASSERT_TRUE(Validate(variant.config).ok()) << Validate(variant.config);
  const bool plans = variant.config.loss.algorithm != Algorithm::kTd3;
  Graph graph;
  const AgentParts agent(graph, variant.config);
  const ActingGraph acting = plans ? RecordPlanner(agent) : RecordPolicy(agent);
  std::vector<std::pair<std::string, Tensor>> compared = {
      {"exploring", acting.exploring}, {"evaluating", acting.evaluating}};
  if (plans) {
    compared.emplace_back("candidates", acting.candidates);
    compared.emplace_back("scores", acting.scores);
  }
  Tensors outputs;
  for (const auto& [name, tensor] : compared) outputs.push_back(tensor);
  const Tensors noise = Draws(graph, "noise");
  const Tensors uniform = Draws(graph, "uniform");
  Tensors fed = noise;
  fed.insert(fed.end(), uniform.begin(), uniform.end());
  State<double> state(graph);
  Program<double> program(graph, outputs, &state, {.fed = fed});
  Parameters(agent, variant, state).Write(variant.Array("initial"));
  Feed(program, {acting.observation}, variant.Array("observation"));
  Feed(program, noise, variant.Array("noise"));
  if (plans) Feed(program, uniform, variant.Array("uniform"));
  program.Run();
  for (const auto& [name, tensor] : compared) {
    seen.Expect(program.Output(tensor), variant.Array(name), name);
  }
}

TEST(ReferenceTest, Planners) {
  const std::vector<GoldenVariant> variants = Golden("planners");
  EXPECT_EQ(variants.size(), 8);
  Comparison seen;
  for (const GoldenVariant& variant : variants) ComparePlan(variant, seen);
}

TEST(ReferenceTest, WhatIsNoGoldenFile) {
  EXPECT_EQ(ReadGolden("rl/testdata/nothing").status().code(),
            absl::StatusCode::kNotFound);
  const std::string path = testing::TempDir() + "/golden";
  std::ofstream(path + ".bin", std::ios::binary) << std::string(16, '\0');
  const auto message = [&path](const std::string& lines) {
    std::ofstream(path + ".idx") << "variant a\n" << lines;
    return std::string(ReadGolden(path).status().message());
  };
  EXPECT_EQ(message("setting width 3\narray b 2\n"), "");
  for (const char* line :
       {"setting depth 3", "setting model cat", "setting width x", "array b 3",
        "array b -1", "array b", "parameter b x", "letter b 1"}) {
    EXPECT_EQ(message(line),
              absl::StrCat(path, ".idx has the line \"", line, "\""));
  }
  EXPECT_EQ(message("array b 1"), path + ".bin has 1 numbers too many");
}

}  // namespace
}  // namespace rl
