// Random postures.
#ifndef ENVS_DMC_START_STATES_H_
#define ENVS_DMC_START_STATES_H_

#include "envs/physics/physics.h"
#include "envs/physics/random_state.h"

namespace envs {

// Draws each joint in turn: one with limits uniformly between them, a hinge
// without uniformly from [-π, π), the orientation of a free joint from four
// uniforms, normalised. Other joints stay.
void RandomizeJoints(Physics& physics, RandomState& random);

// The free joint's orientation from four normals: uniform over rotations.
void RandomizeOrientation(double* quaternion, RandomState& random);

}  // namespace envs

#endif  // ENVS_DMC_START_STATES_H_
