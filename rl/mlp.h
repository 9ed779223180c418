// Networks as functions of their parameters.
#ifndef RL_MLP_H_
#define RL_MLP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "autodiff/parameters.h"
#include "autodiff/state.h"
#include "autodiff/tensor.h"

namespace rl {

// Scale and offset per feature after (x − mean) / √(variance + 1e-6).
class LayerNorm {
 public:
  LayerNorm(autodiff::ParameterGroup& group, const std::string& name,
            int64_t size);

  // [..., size] → [..., size] with the parameters as they stand in `block`.
  autodiff::Tensor operator()(const autodiff::Tensor& block,
                              const autodiff::Operand& x) const;

 private:
  const autodiff::ParameterGroup* group_;
  autodiff::Tensor scale_, offset_;
};

// x ↦ W x + b of several inputs side by side. The weight keeps its rows in one
// matrix [sum of input sizes, outputs]; what is the same for many rows (a state
// with many actions) is multiplied once.
class Linear {
 public:
  Linear(autodiff::ParameterGroup& group, const std::string& name,
         const std::vector<int64_t>& inputs, int64_t outputs);

  // inputs[i] is [..., input size i]; leading axes broadcast.
  autodiff::Tensor operator()(
      const autodiff::Tensor& block,
      const std::vector<autodiff::Operand>& inputs) const;

 private:
  const autodiff::ParameterGroup* group_;
  autodiff::Tensor weight_, bias_;
};

// Hidden layers of Linear, LayerNorm, Mish.
class Trunk {
 public:
  // `widths` of the hidden layers. Parameters are named "<name>/<layer>/...".
  Trunk(autodiff::ParameterGroup& group, const std::string& name,
        const std::vector<int64_t>& inputs, const std::vector<int64_t>& widths);

  autodiff::Tensor operator()(
      const autodiff::Tensor& block,
      const std::vector<autodiff::Operand>& inputs) const;

 private:
  std::vector<Linear> layers_;
  std::vector<LayerNorm> norms_;
};

// Two hidden layers of one width and a linear output, which every head has.
class Mlp {
 public:
  Mlp(autodiff::ParameterGroup& group, const std::string& name,
      const std::vector<int64_t>& inputs, int64_t width, int64_t outputs);

  autodiff::Tensor operator()(
      const autodiff::Tensor& block,
      const std::vector<autodiff::Operand>& inputs) const;

 private:
  Trunk trunk_;
  Linear output_;
};

// Draws the parameters of a group: matrices from U(±1/√rows), where rows count
// the inputs; scales are one; offsets and biases are zero. One seed, one draw.
template <typename T>
void InitializeParameters(const autodiff::ParameterGroup& group, uint64_t seed,
                          autodiff::State<T>& state);

}  // namespace rl

#endif  // RL_MLP_H_
