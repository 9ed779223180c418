// What a program does and where its time goes, as tables for people.
#ifndef EXPERIMENTS_INSPECT_PROGRAM_TABLE_H_
#define EXPERIMENTS_INSPECT_PROGRAM_TABLE_H_

#include <string>
#include <vector>

#include "autodiff/graph.h"

namespace experiments {

// What is known of the nodes of a program.
struct ProgramProfile {
  const autodiff::Graph* graph;
  std::vector<int> nodes;            // in the order in which they run
  std::vector<std::string> modules;  // by node id
  std::vector<double> nanoseconds;   // by node id
};

// A row a module, those with most time first: nodes, megabytes that they write,
// MFLOP of products, milliseconds, GFLOP/s, share of the time; then the sum.
std::string ModuleTable(const ProgramProfile& profile);

// A row a node that takes time: shape, bytes, MFLOP, microseconds, GFLOP/s,
// module, line.
std::string NodeTable(const ProgramProfile& profile);

}  // namespace experiments

#endif  // EXPERIMENTS_INSPECT_PROGRAM_TABLE_H_
