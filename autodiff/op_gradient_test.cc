// The gradient of every op of the table on its samples.

#include <algorithm>
#include <functional>
#include <vector>

#include "autodiff/graph.h"
#include "autodiff/op.h"
#include "autodiff/ops.h"
#include "autodiff/testing/op_samples.h"
#include "autodiff/testing/recorded_gradients.h"
#include "gtest/gtest.h"

namespace autodiff {
namespace {

class OpGradient : public OpTable {
 protected:
  void ForEachSample(const std::function<void(const Sample&)>& check) {
    for (const Sample& sample : GetParam()->samples()) {
      SCOPED_TRACE(sample.name);
      if (IsDifferentiable(*GetParam(), sample)) check(sample);
    }
  }
};

TEST_P(OpGradient, JacobianEqualsFiniteDifferences) {
  ForEachSample([](const Sample& sample) {
    ExpectJacobianEqualsDifferences({sample.record, DrawInputs(sample)});
  });
}

TEST_P(OpGradient, RandomProductsEqualFiniteDifferences) {
  ForEachSample([](const Sample& sample) {
    ExpectRandomProductEqualsDifference({sample.record, DrawInputs(sample)});
  });
}

// One tensor in the place of two of one type: its gradient is the sum.
TEST_P(OpGradient, OfOneInputInTwoPlaces) {
  ForEachSample([](const Sample& sample) {
    for (size_t b = 1; b < sample.inputs.size(); ++b) {
      for (size_t a = 0; a < b; ++a) {
        Sample twice = sample;
        SampleInput& input = twice.inputs[a];
        const SampleInput& other = sample.inputs[b];
        if (input.shape != other.shape || input.element != other.element) {
          continue;
        }
        input.low = std::max(input.low, other.low);
        input.high = std::min(input.high, other.high);
        input.avoid.insert(input.avoid.end(), other.avoid.begin(),
                           other.avoid.end());
        if (input.low >= input.high) continue;
        twice.inputs.erase(twice.inputs.begin() + b);
        twice.record = [&](const Tensors& x) {
          Tensors all = x;
          all.insert(all.begin() + b, x[a]);
          return sample.record(all);
        };
        ExpectJacobianEqualsDifferences({twice.record, DrawInputs(twice)});
      }
    }
  });
}

// f(x) + f(x) has exactly twice the gradient of f(x).
TEST_P(OpGradient, Accumulates) {
  ForEachSample([](const Sample& sample) {
    // Each call gets the sum of its own contributions first.
    const auto once = [&](const Tensors& x) {
      Tensors own;
      for (const Tensor& input : x) {
        own.push_back(Reshape(input, input.shape().sizes()));
      }
      return sample.record(own);
    };
    const std::vector<Values> inputs = DrawInputs(sample);
    const RecordedGradients f(once, inputs);
    const RecordedGradients two_f(
        [&](const Tensors& x) { return once(x) + once(x); }, inputs);
    const std::vector<double> dy = Normal(f.y().shape().elements(), 1);
    auto expected = f.Gradient<double>({dy})[0];
    for (std::vector<double>& input : expected) {
      for (double& element : input) element *= 2;
    }
    EXPECT_EQ(two_f.Gradient<double>({dy})[0], expected);
  });
}

TEST_P(OpGradient, InFloatEqualsDouble) {
  ForEachSample([](const Sample& sample) {
    ExpectFloatEqualsDouble(sample, GetParam()->gradient_units);
  });
}

INSTANTIATE_TEST_SUITE_P(Ops, OpGradient, EveryOp(), NameOfOp);

}  // namespace
}  // namespace autodiff
