// Where the user is.
#ifndef TOOLS_RUNFILES_USERS_FOLDER_H_
#define TOOLS_RUNFILES_USERS_FOLDER_H_

#include <string>

namespace tools {

// A relative path counts from the user's folder, under `bazel run` as well. No
// slash at the end.
std::string FromUsersFolder(const std::string& path);

}  // namespace tools

#endif  // TOOLS_RUNFILES_USERS_FOLDER_H_
