// The tasks of the DeepMind Control suite that are here, domain by domain.
// (Tassa et al., 2018; behaviour of dm_control 1.0.50.)
#ifndef ENVS_DMC_TASKS_H_
#define ENVS_DMC_TASKS_H_

#include <vector>

#include "envs/physics/task.h"

namespace envs {

// AcrobotTasks(), …, one for each domain.
#define DOMAIN(Name) std::vector<TaskDefinition> Name##Tasks();
#include "envs/dmc/domain_list.inc"
#undef DOMAIN

// Of all domains.
std::vector<TaskDefinition> AllTasks();

}  // namespace envs

#endif  // ENVS_DMC_TASKS_H_
