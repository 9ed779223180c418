// A graph with its state and program, kept together.
#ifndef TOOLS_BENCHMARK_COMPILED_GRAPH_H_
#define TOOLS_BENCHMARK_COMPILED_GRAPH_H_

#include <functional>
#include <memory>
#include <optional>

#include "autodiff/cuda/device.h"
#include "autodiff/graph.h"
#include "autodiff/program.h"
#include "autodiff/state.h"

namespace benchmarks {

struct CompiledGraph {
  autodiff::Graph graph;
  std::optional<autodiff::State<float>> state;
  std::optional<autodiff::Program<float>> program;

  // After everything has been recorded. On the CPU if there is no device.
  void Compile(const autodiff::Tensors& outputs, int threads,
               autodiff::cuda::Device* device = nullptr) {
    state.emplace(graph, device);
    program.emplace(
        graph, outputs, &*state,
        autodiff::ProgramOptions{.threads = threads, .device = device});
  }
};

// A run of the program, as a function that keeps it alive.
inline std::function<void()> RunOf(
    const std::shared_ptr<CompiledGraph>& compiled) {
  return [compiled] { compiled->program->Run(); };
}

}  // namespace benchmarks

#endif  // TOOLS_BENCHMARK_COMPILED_GRAPH_H_
