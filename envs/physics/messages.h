// What MuJoCo says outside of its return values.
#ifndef ENVS_PHYSICS_MESSAGES_H_
#define ENVS_PHYSICS_MESSAGES_H_

namespace envs {

// From now on MuJoCo's warnings are silent, as each mjData counts them, and an
// error inside it ends the process with one sentence. By itself MuJoCo writes
// both into MUJOCO_LOG.TXT in the working directory.
void CatchMessages();

}  // namespace envs

#endif  // ENVS_PHYSICS_MESSAGES_H_
