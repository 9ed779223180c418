// The most that a device does of each: arithmetic and traffic.
#ifndef TOOLS_BENCHMARK_DEVICE_ROWS_H_
#define TOOLS_BENCHMARK_DEVICE_ROWS_H_

#include <cstdint>

#include "autodiff/cuda/device.h"
#include "tools/benchmark/row.h"

namespace benchmarks {

// a b of [size, size] matrices: on a GPU it is cuBLAS that multiplies.
Work ProductWork(int64_t size, autodiff::cuda::Device* device);

// x + 1 of so many numbers: reads them all and writes as many.
Work CopyWork(int64_t size, autodiff::cuda::Device* device);

}  // namespace benchmarks

#endif  // TOOLS_BENCHMARK_DEVICE_ROWS_H_
