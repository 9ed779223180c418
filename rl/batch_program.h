// A pass over batches of the replay, ready to run.
#ifndef RL_BATCH_PROGRAM_H_
#define RL_BATCH_PROGRAM_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "autodiff/program.h"
#include "autodiff/state.h"
#include "rl/replay.h"
#include "rl/update.h"

namespace rl {

class BatchProgram {
 public:
  // All that it is made of must outlive it.
  BatchProgram(const Batch& batch, const Pass& pass,
               autodiff::State<float>& state,
               const autodiff::ProgramOptions& options);

  // On batch number `draw` of a part of the replay, which must have a window.
  void Run(const Replay& replay, Replay::Part part, uint64_t draw);

  // Of the last run: names and values.
  std::vector<std::pair<std::string, double>> Metrics() const;

  autodiff::Program<float>& program() { return program_; }

 private:
  const Batch& batch_;
  const Pass& pass_;
  autodiff::State<float>& state_;
  autodiff::Program<float> program_;
};

}  // namespace rl

#endif  // RL_BATCH_PROGRAM_H_
