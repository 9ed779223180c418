// Counts memory allocations of the whole process, for tests of code that must
// make none. Linking this library replaces the C library's malloc family.
#ifndef AUTODIFF_TESTING_ALLOCATION_COUNT_H_
#define AUTODIFF_TESTING_ALLOCATION_COUNT_H_

#include <cstdint>

namespace autodiff {

// Calls of malloc and its relatives so far, from all threads; `new` and
// Eigen's own allocator end there too.
int64_t AllocationCount();

}  // namespace autodiff

#endif  // AUTODIFF_TESTING_ALLOCATION_COUNT_H_
