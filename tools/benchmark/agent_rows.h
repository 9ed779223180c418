// The deep agent as somebody's first program.
#ifndef TOOLS_BENCHMARK_AGENT_ROWS_H_
#define TOOLS_BENCHMARK_AGENT_ROWS_H_

#include "autodiff/cuda/device.h"
#include "rl/agent_config.h"
#include "tools/benchmark/row.h"

namespace benchmarks {

// Updates, or actions that plan, of an agent on that many cores, or on a device
// if there is one.
Work UpdateWork(const rl::AgentConfig& config, int cores,
                autodiff::cuda::Device* device);
Work ActingWork(const rl::AgentConfig& config, int cores,
                autodiff::cuda::Device* device);

// Makes the agent of preset paper for the dog, with its stochastic model, for
// that many cores, and updates it once on zeros. Returns the critics' loss.
double FirstUpdate(int cores);

}  // namespace benchmarks

#endif  // TOOLS_BENCHMARK_AGENT_ROWS_H_
