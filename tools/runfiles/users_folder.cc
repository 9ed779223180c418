#include "tools/runfiles/users_folder.h"

#include <cstdlib>
#include <filesystem>
#include <string>

namespace tools {

std::string FromUsersFolder(const std::string& path) {
  // Under `bazel run`, the working folder is one of Bazel's.
  const char* folder = std::getenv("BUILD_WORKING_DIRECTORY");
  const std::filesystem::path base = folder == nullptr
                                         ? std::filesystem::current_path()
                                         : std::filesystem::path(folder);
  // An absolute path replaces the base.
  const std::filesystem::path whole = (base / path).lexically_normal();
  return (whole.has_filename() ? whole : whole.parent_path()).string();
}

}  // namespace tools
