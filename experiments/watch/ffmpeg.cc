#include "experiments/watch/ffmpeg.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/memory/memory.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;

absl::Status CannotWrite(absl::string_view path, absl::string_view reason) {
  return absl::FailedPreconditionError(
      absl::StrCat("cannot write ", path, ": ", reason));
}

absl::Status CannotWrite(absl::string_view path) {
  return CannotWrite(path, std::generic_category().message(errno));
}

std::string Temporary(absl::string_view path) {
  return absl::StrCat(path, ".", getpid(), ".tmp");
}

// What remains in a descriptor of a file, from its beginning.
std::string Contents(int descriptor) {
  std::string contents;
  std::array<char, 4096> buffer;
  ssize_t size;
  while ((size = pread(descriptor, buffer.data(), buffer.size(),
                       static_cast<off_t>(contents.size()))) > 0) {
    contents.append(buffer.data(), static_cast<size_t>(size));
  }
  return contents;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Ffmpeg>> Ffmpeg::OpenFile(
    const std::string& path, const Format& format,
    const std::vector<std::string>& encoder) {
  std::error_code error;
  const fs::file_status there = fs::status(path, error);
  // Not to make a file of /dev/null.
  if (fs::exists(there) && !fs::is_regular_file(there)) {
    return CannotWrite(path, "it is there and is no regular file");
  }
  auto ffmpeg = absl::WrapUnique(new Ffmpeg(path, Temporary(path)));
  // ffmpeg explains a bad path badly, and only after its first frame.
  const int descriptor =
      open(ffmpeg->temporary_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor < 0) return CannotWrite(path);
  close(descriptor);
  std::vector<std::string> output = encoder;
  output.push_back(ffmpeg->temporary_);
  const absl::Status status = ffmpeg->Start(format, std::move(output));
  if (!status.ok()) return status;
  return ffmpeg;
}

absl::StatusOr<std::unique_ptr<Ffmpeg>> Ffmpeg::OpenVideo(
    const std::string& path, const Format& format) {
  if (format.width % 2 != 0 || format.height % 2 != 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("a video's width and height must be even, not ",
                     format.width, " x ", format.height));
  }
  return OpenFile(path, format,
                  {"-codec:v", "libx264", "-pix_fmt", "yuv420p", "-movflags",
                   "+faststart", "-f", "mp4"});
}

absl::StatusOr<std::unique_ptr<Ffmpeg>> Ffmpeg::OpenPicture(
    const std::string& path, const Format& format) {
  return OpenFile(
      path, format,
      {"-filter_complex", "split[a][b];[a]palettegen[p];[b][p]paletteuse",
       "-frames:v", "1", "-codec:v", "png", "-f", "image2", "-update", "1"});
}

absl::StatusOr<std::unique_ptr<Ffmpeg>> Ffmpeg::OpenFrames(
    const std::string& path, const Format& format) {
  std::error_code error;
  const fs::file_status there = fs::symlink_status(path, error);
  if (fs::exists(there) &&
      !(fs::is_directory(there) && fs::is_empty(path, error))) {
    return CannotWrite(path, "it is there and is no empty folder");
  }
  auto ffmpeg = absl::WrapUnique(new Ffmpeg(path, Temporary(path)));
  if (mkdir(ffmpeg->temporary_.c_str(), 0777) != 0) return CannotWrite(path);
  const absl::Status status = ffmpeg->Start(
      format,
      {"-codec:v", "png", "-f", "image2", "-start_number", "0",
       absl::StrCat(absl::StrReplaceAll(ffmpeg->temporary_, {{"%", "%%"}}),
                    "/frame_%05d.png")});
  if (!status.ok()) return status;
  return ffmpeg;
}

Ffmpeg::Ffmpeg(std::string path, std::string temporary)
    : path_(std::move(path)), temporary_(std::move(temporary)) {}

Ffmpeg::~Ffmpeg() {
  if (process_ != 0) {
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
  }
  if (frames_ >= 0) close(frames_);
  if (messages_ >= 0) close(messages_);
  std::error_code error;
  fs::remove_all(temporary_, error);  // gone already if all went well
}

absl::Status Ffmpeg::Start(const Format& format,
                           std::vector<std::string> output) {
  std::vector<std::string> arguments = {
      "ffmpeg",
      "-loglevel",
      "error",
      "-nostdin",
      "-y",
      "-f",
      "rawvideo",
      "-pixel_format",
      "rgb24",
      "-video_size",
      absl::StrCat(format.width, "x", format.height),
      "-framerate",
      absl::StrCat(format.fps),
      "-i",
      "pipe:0"};
  arguments.insert(arguments.end(), output.begin(), output.end());
  std::vector<char*> argv;
  for (std::string& argument : arguments) argv.push_back(argument.data());
  argv.push_back(nullptr);

  // A socket, as writing to a pipe that nobody reads raises SIGPIPE.
  std::array<int, 2> ends;
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) {
    return CannotWrite(path_);
  }
  frames_ = ends[0];
  messages_ = memfd_create("ffmpeg", MFD_CLOEXEC);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, messages_, STDERR_FILENO);
  // ffmpeg inherits this: a file at its size limit (ulimit -f) gives an error,
  // as a full disk does.
  signal(SIGXFSZ, SIG_IGN);
  // In a group of its own, Ctrl-C does not reach it: this process decides.
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
  const int error_number = posix_spawnp(&process_, argv[0], &actions,
                                        &attributes, argv.data(), environ);
  posix_spawnattr_destroy(&attributes);
  posix_spawn_file_actions_destroy(&actions);
  close(ends[1]);
  if (error_number == 0) return absl::OkStatus();
  process_ = 0;
  return CannotWrite(
      path_, absl::StrCat("ffmpeg does not start (",
                          std::generic_category().message(error_number),
                          "); run ./tools/setup.sh, which installs it"));
}

absl::Status Ffmpeg::Wait() {
  shutdown(frames_, SHUT_RDWR);
  int status = 0;
  while (waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
  process_ = 0;
  const std::string messages = Contents(messages_);
  if (!messages.empty()) {
    // The first message is the reason, what follows comes of it.
    const std::vector<std::string> lines = absl::StrSplit(messages, '\n');
    return CannotWrite(path_, absl::StrCat("ffmpeg says: ", lines.front()));
  }
  if (WIFSIGNALED(status)) {
    return CannotWrite(
        path_, absl::StrCat("ffmpeg was ended by signal ", WTERMSIG(status)));
  }
  if (WEXITSTATUS(status) != 0) {
    return CannotWrite(
        path_, absl::StrCat("ffmpeg ended with status ", WEXITSTATUS(status)));
  }
  return absl::OkStatus();
}

absl::Status Ffmpeg::Write(absl::Span<const uint8_t> rgb) {
  while (!rgb.empty()) {
    const ssize_t sent = send(frames_, rgb.data(), rgb.size(), MSG_NOSIGNAL);
    if (sent >= 0) {
      rgb.remove_prefix(static_cast<size_t>(sent));
    } else if (errno != EINTR) {
      const absl::Status status = Wait();
      return status.ok() ? CannotWrite(path_, "ffmpeg ended early") : status;
    }
  }
  return absl::OkStatus();
}

absl::Status Ffmpeg::Finish() {
  const absl::Status status = Wait();
  if (!status.ok()) return status;
  if (rename(temporary_.c_str(), path_.c_str()) != 0) return CannotWrite(path_);
  return absl::OkStatus();
}

}  // namespace experiments
