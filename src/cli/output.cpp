// How does a result reach a file or a terminal, whole or not at all?
#include "cli/output.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "cli/codes.h"

namespace eigenbau::cli {
namespace {

/// No command leaves more files behind than this.
constexpr std::size_t kMostFiles = 256;
std::array<std::array<char, PATH_MAX>, kMostFiles> unfinished_paths{};
std::atomic<std::size_t> unfinished = 0;

Result<void> cannot_write(const std::string& path, int error) {
  return fail(ExitCode::bad_usage, Diagnostic{.code = std::string(kCannotWrite),
                                              .message = fmt::format("cannot write {}: {}", path, std::strerror(error)),
                                              .hint = "name a file in a directory that exists and that you may write to"});
}

/// Where a chain of links ends, so that a rename replaces the file and not the link.
std::string behind_links(const std::string& path) {
  std::array<char, PATH_MAX> resolved{};
  return ::realpath(path.c_str(), resolved.data()) ? resolved.data() : path;
}

Result<void> write_as_it_is(const std::string& path, const std::string& content) {
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
  if (descriptor < 0) return cannot_write(path, errno);
  const bool written = write_all(descriptor, content);
  const int error = errno;
  ::close(descriptor);
  return written ? Result<void>{} : cannot_write(path, error);
}

mode_t usual_mode() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  return 0666 & ~mask;
}

/// The whole content in a temporary file beside `target`, which a signal removes.
Result<void> stage(const OutputFile& file, const std::string& target, mode_t mode) {
  const std::string pattern = target + ".XXXXXX";
  const std::size_t place = unfinished;
  if (place == kMostFiles) return cannot_write(file.path, EMFILE);
  std::array<char, PATH_MAX>& path = unfinished_paths[place];
  if (pattern.size() >= path.size()) return cannot_write(file.path, ENAMETOOLONG);
  std::memcpy(path.data(), pattern.c_str(), pattern.size() + 1);
  const int descriptor = ::mkostemp(path.data(), O_CLOEXEC);
  if (descriptor < 0) return cannot_write(file.path, errno);
  unfinished = place + 1;
  const bool written = ::fchmod(descriptor, mode) == 0 && write_all(descriptor, file.content) && ::fsync(descriptor) == 0;
  const int error = errno;
  ::close(descriptor);
  return written ? Result<void>{} : cannot_write(file.path, error);
}

}  // namespace

bool write_all(int descriptor, const std::string& content) {
  for (std::size_t done = 0; done < content.size();) {
    const ssize_t count = ::write(descriptor, content.data() + done, content.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

void discard_unfinished() noexcept {
  const std::size_t count = unfinished.exchange(0);
  for (std::size_t i = 0; i < count; ++i) ::unlink(unfinished_paths[i].data());
}

Result<void> write_files(std::span<const OutputFile> files) {
  std::vector<std::string> targets;
  std::vector<const OutputFile*> streams;
  const auto give_up = [](Result<void> why) {
    discard_unfinished();
    return why;
  };
  for (const OutputFile& file : files) {
    const std::string target = behind_links(file.path);
    struct stat existing{};
    const bool exists = ::stat(target.c_str(), &existing) == 0;
    if (exists && S_ISDIR(existing.st_mode)) return give_up(cannot_write(file.path, EISDIR));
    if (exists && !S_ISREG(existing.st_mode)) {
      streams.push_back(&file);
      continue;
    }
    if (auto staged = stage(file, target, exists ? existing.st_mode & 07777 : usual_mode()); !staged) return give_up(staged);
    targets.push_back(target);
  }
  for (std::size_t i = 0; i < targets.size(); ++i)
    if (::rename(unfinished_paths[i].data(), targets[i].c_str()) != 0) return give_up(cannot_write(targets[i], errno));
  unfinished = 0;
  for (const OutputFile* file : streams)
    if (auto written = write_as_it_is(file->path, file->content); !written) return written;
  return {};
}

}  // namespace eigenbau::cli
