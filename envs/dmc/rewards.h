// What rewards of several tasks are made of.
#ifndef ENVS_DMC_REWARDS_H_
#define ENVS_DMC_REWARDS_H_

#include <limits>

#include "envs/physics/physics.h"

namespace envs {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// (4 + mean over actuators of 1 − ctrl²) / 5, where 1 − ctrl² is 0 beyond ±1.
double SmallControl(const Physics& physics);

}  // namespace envs

#endif  // ENVS_DMC_REWARDS_H_
