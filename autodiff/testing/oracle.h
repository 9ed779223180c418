// What an op's value should be, and how far from it is too far.
#ifndef AUTODIFF_TESTING_ORACLE_H_
#define AUTODIFF_TESTING_ORACLE_H_

#include <vector>

#include "autodiff/op.h"

namespace autodiff {

// The value of the op's oracle, or that of its unfused form run in double, one
// node at a time.
std::vector<double> ExpectedValue(const Op& op, const Call& call,
                                  const std::vector<Values>& inputs);

// The largest |actual − expected| in units of
//
//   ε max(1, |expected|, |input|) √terms,
//
// where ε is the distance from 1 to the next number of the precision, |input|
// the largest real input, and terms the input elements per element of the
// result: roundings of the value, of what it was computed from where that
// cancels, and of the many partial sums of a long sum. Infinite if there is a
// NaN or the numbers of elements differ.
double ErrorInUnits(const Call& call, const std::vector<Values>& inputs,
                    const std::vector<double>& actual,
                    const std::vector<double>& expected, double epsilon);

}  // namespace autodiff

#endif  // AUTODIFF_TESTING_ORACLE_H_
