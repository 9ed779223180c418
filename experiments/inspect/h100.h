// What work takes at least on an H100.
#ifndef EXPERIMENTS_INSPECT_H100_H_
#define EXPERIMENTS_INSPECT_H100_H_

namespace experiments {

// Seconds of each, as if nothing overlapped.
struct H100Seconds {
  double starting = 0;   // launches
  double moving = 0;     // bytes
  double computing = 0;  // matrix products
};

// An H100 starts a launch of a graph in about 1.5 µs, moves 3.35 TB/s and
// computes 67 TFLOP/s in float (NVIDIA's data sheet of the SXM module).
constexpr H100Seconds OnH100(double launches, double bytes,
                             double product_flop) {
  return {.starting = launches * 1.5e-6,
          .moving = bytes / 3.35e12,
          .computing = product_flop / 67e12};
}

}  // namespace experiments

#endif  // EXPERIMENTS_INSPECT_H100_H_
