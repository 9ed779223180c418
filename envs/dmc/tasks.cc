#include "envs/dmc/tasks.h"

#include <vector>

#include "envs/physics/task.h"

namespace envs {

std::vector<TaskDefinition> AllTasks() {
  std::vector<TaskDefinition> all;
  for (const std::vector<TaskDefinition>& domain : {
#define DOMAIN(Name) Name##Tasks(),
#include "envs/dmc/domain_list.inc"
#undef DOMAIN
       }) {
    all.insert(all.end(), domain.begin(), domain.end());
  }
  return all;
}

}  // namespace envs
