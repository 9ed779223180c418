// From where a task is best looked at.
#ifndef EXPERIMENTS_WATCH_CAMERA_H_
#define EXPERIMENTS_WATCH_CAMERA_H_

#include <string>

#include "absl/strings/string_view.h"

namespace experiments {

// A camera for Renderer::FindCamera that shows the body and what it has to
// reach: the model's first one, if that does.
std::string UsualCamera(absl::string_view task);

}  // namespace experiments

#endif  // EXPERIMENTS_WATCH_CAMERA_H_
