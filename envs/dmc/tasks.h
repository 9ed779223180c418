// The tasks of the DeepMind Control suite that are here, domain by domain.
// (Tassa et al., 2018; behaviour of dm_control 1.0.50.)
#ifndef ENVS_DMC_TASKS_H_
#define ENVS_DMC_TASKS_H_

#include <vector>

#include "envs/physics/task.h"

namespace envs {

std::vector<TaskDefinition> AcrobotTasks();
std::vector<TaskDefinition> BallInCupTasks();
std::vector<TaskDefinition> CartpoleTasks();
std::vector<TaskDefinition> CheetahTasks();
std::vector<TaskDefinition> DogTasks();
std::vector<TaskDefinition> FingerTasks();
std::vector<TaskDefinition> FishTasks();
std::vector<TaskDefinition> HopperTasks();
std::vector<TaskDefinition> HumanoidTasks();
std::vector<TaskDefinition> PendulumTasks();
std::vector<TaskDefinition> QuadrupedTasks();
std::vector<TaskDefinition> ReacherTasks();
std::vector<TaskDefinition> WalkerTasks();

}  // namespace envs

#endif  // ENVS_DMC_TASKS_H_
