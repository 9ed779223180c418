// Videos and pictures, written by ffmpeg in a process of its own.
#ifndef EXPERIMENTS_WATCH_FFMPEG_H_
#define EXPERIMENTS_WATCH_FFMPEG_H_

#include <sys/types.h>

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"

namespace experiments {

// What is written lies under a temporary name beside `path` until Finish gives
// it its own: at `path` there is never half a result. Without Finish, or after
// an error, nothing is left. Errors are one sentence. The process ignores
// SIGXFSZ from the first Open on.
class Ffmpeg {
 public:
  struct Format {
    int width = 0;  // pixels
    int height = 0;
    int fps = 1;  // frames per second
  };

  // An H.264 video, whose width and height must be even; replaces a file.
  static absl::StatusOr<std::unique_ptr<Ffmpeg>> OpenVideo(
      const std::string& path, const Format& format);

  // A folder of frame_00000.png and so on; it must be empty or not there.
  static absl::StatusOr<std::unique_ptr<Ffmpeg>> OpenFrames(
      const std::string& path, const Format& format);

  // A PNG picture of 256 colours, the best for it; replaces a file.
  static absl::StatusOr<std::unique_ptr<Ffmpeg>> OpenPicture(
      const std::string& path, const Format& format);

  Ffmpeg(const Ffmpeg&) = delete;
  Ffmpeg& operator=(const Ffmpeg&) = delete;
  ~Ffmpeg();

  // One frame: RGB, row by row from the top.
  absl::Status Write(absl::Span<const uint8_t> rgb);

  // Waits until all is written.
  absl::Status Finish();

 private:
  Ffmpeg(std::string path, std::string temporary);
  static absl::StatusOr<std::unique_ptr<Ffmpeg>> OpenFile(
      const std::string& path, const Format& format,
      const std::vector<std::string>& encoder);
  absl::Status Start(const Format& format, std::vector<std::string> output);
  absl::Status Wait();  // for its end; an error if that was not a good one

  const std::string path_;
  const std::string temporary_;
  pid_t process_ = 0;  // 0: none is running
  int frames_ = -1;    // descriptor of ffmpeg's input
  int messages_ = -1;  // descriptor of a file with what ffmpeg complains of
};

}  // namespace experiments

#endif  // EXPERIMENTS_WATCH_FFMPEG_H_
