// What is measured: one row of the benchmark's table.
#ifndef TOOLS_BENCHMARK_ROW_H_
#define TOOLS_BENCHMARK_ROW_H_

#include <functional>
#include <string>
#include <vector>

#include "autodiff/cuda/device.h"

namespace benchmarks {

// Something to do over and over, and how much work it is.
struct Work {
  std::function<void()> run;
  // Seconds of a run, if the row does not go by the mean of many.
  std::function<double()> measure = {};
  double units = 1;     // in one run: steps, nodes
  double flop = 0;      // floating-point operations of one unit
  double bytes = 0;     // of one unit: what it must at least read and write
  double launches = 0;  // that a device starts in one unit
  double memory = 0;    // bytes of a program and its state
  // From nothing to the end of the first run, without the time to make data.
  // Zero if the row does not tell.
  double first_run = 0;  // seconds
  // Numbers by which two programs can tell that they compute the same.
  std::vector<double> check = {};
};

struct Row {
  std::string name;
  // Work for that many cores. Ends after a first run.
  std::function<Work(int cores)> prepare;
};

// The engine's rows, by the file that makes them.
std::vector<Row> MachineRows();
std::vector<Row> GemmRows();
std::vector<Row> FusedRows();
std::vector<Row> MlpRows();
std::vector<Row> GarnetRows();

// The same on a device; null: on this CPU. DeviceRows are sized for a GPU.
std::vector<Row> AgentRows(autodiff::cuda::Device* device);
std::vector<Row> DeviceRows(autodiff::cuda::Device* device);

}  // namespace benchmarks

#endif  // TOOLS_BENCHMARK_ROW_H_
