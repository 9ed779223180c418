// How the engine reports a mistake of its caller.
#ifndef AUTODIFF_FAIL_H_
#define AUTODIFF_FAIL_H_

#include <source_location>
#include <string>
#include <string_view>

namespace autodiff {

// Prints one sentence to stderr and ends the process with status 1: no stack
// trace, no destructors. For mistakes in the code that records a graph (shapes
// that do not fit, state read after it was overwritten); data that a user
// supplies is checked with absl::Status before it gets here.
[[noreturn]] void Fail(std::string_view sentence);

// "garnet/model.cc:42", the way a recording line is printed everywhere.
std::string LineOf(const std::source_location& where);

}  // namespace autodiff

#endif  // AUTODIFF_FAIL_H_
