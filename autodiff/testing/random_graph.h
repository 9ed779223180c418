// Random graphs on which tests of programs run: every op of the table on its
// samples, element-wise chains, views, random draws, gradients, and state that
// is read, overwritten, and read again.
#ifndef AUTODIFF_TESTING_RANDOM_GRAPH_H_
#define AUTODIFF_TESTING_RANDOM_GRAPH_H_

#include <cstdint>
#include <random>

#include "autodiff/graph.h"
#include "autodiff/op.h"

namespace autodiff {

struct RandomGraphOptions {
  // About how many calls of ops are recorded, gradients not counted.
  int calls = 60;
  // Leaves out ops with jumps and kinks, so that rounding cannot change a
  // value by more than rounding.
  bool smooth = false;
};

class RandomGraph {
 public:
  explicit RandomGraph(uint64_t seed, const RandomGraphOptions& options = {});

  Graph& graph() { return graph_; }
  // Inputs that a caller should write, all of reals.
  const Tensors& inputs() const { return inputs_; }
  const Tensors& variables() const { return variables_; }
  const Tensor& random_state() const { return random_state_; }
  // What a user may ask for: tensors, views of them, new versions of state.
  const Tensors& outputs() const { return outputs_; }
  // Every node that can be an output, so whose value is there when a run ends.
  const Tensors& all() const { return all_; }

 private:
  uint64_t Below(uint64_t n) { return random_() % n; }
  Tensor Pick(const Tensors& pool) { return pool[Below(pool.size())]; }

  void DeclareSources();
  void RecordCalls(int count);
  void RecordElementwise();
  void RecordSample();
  void RecordDraw();
  void RecordGradients();
  void AssignVariables();
  void AssignVersion(Tensor& version, const Tensor& value);
  void ChooseOutputs();

  bool IsAllowed(const Op& op) const;
  void Keep(const Tensor& tensor);
  Tensor Fit(const Tensor& x, const Shape& shape);
  Tensor RealArgument(const SampleInput& input);
  Tensor IndexArgument(const SampleInput& input);

  std::mt19937_64 random_;
  const RandomGraphOptions options_;
  Graph graph_;
  Tensors inputs_, variables_, outputs_, all_;
  Tensors versions_;  // the newest one of each variable
  Tensor random_state_, random_version_;
  Tensors reals_, indices_;  // results that later calls may read
};

}  // namespace autodiff

#endif  // AUTODIFF_TESTING_RANDOM_GRAPH_H_
