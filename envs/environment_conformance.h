// For tests: whether an environment keeps what environment.h promises.
#ifndef ENVS_ENVIRONMENT_CONFORMANCE_H_
#define ENVS_ENVIRONMENT_CONFORMANCE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "envs/environment.h"

namespace envs {

// A sentence for each promise that is broken by the environments that `make`
// makes, which must all be equal; empty if they keep them all. Plays a whole
// episode and some short ones. `random`: whether seeds make a difference.
//
//     EXPECT_THAT(ConformanceProblems([] { return ...; }), IsEmpty());
std::vector<std::string> ConformanceProblems(
    const std::function<std::unique_ptr<Environment>()>& make,
    bool random = true);

}  // namespace envs

#endif  // ENVS_ENVIRONMENT_CONFORMANCE_H_
