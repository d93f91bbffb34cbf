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

#include "cli/codes.h"

namespace eigenbau::cli {
namespace {

std::array<char, PATH_MAX> unfinished_path{};
std::atomic<bool> has_unfinished = false;

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
  if (has_unfinished) ::unlink(unfinished_path.data());
}

Result<void> write_file(const std::string& path, const std::string& content) {
  const std::string target = behind_links(path);
  struct stat existing{};
  const bool exists = ::stat(target.c_str(), &existing) == 0;
  if (exists && S_ISDIR(existing.st_mode)) return cannot_write(path, EISDIR);
  if (exists && !S_ISREG(existing.st_mode)) return write_as_it_is(target, content);
  const std::string pattern = target + ".XXXXXX";
  if (pattern.size() >= unfinished_path.size()) return cannot_write(path, ENAMETOOLONG);
  std::memcpy(unfinished_path.data(), pattern.c_str(), pattern.size() + 1);
  const int descriptor = ::mkostemp(unfinished_path.data(), O_CLOEXEC);
  if (descriptor < 0) return cannot_write(path, errno);
  has_unfinished = true;
  const mode_t mask = ::umask(0);
  ::umask(mask);
  bool written = ::fchmod(descriptor, exists ? existing.st_mode & 07777 : 0666 & ~mask) == 0 && write_all(descriptor, content) &&
                 ::fsync(descriptor) == 0;
  int error = errno;
  ::close(descriptor);
  if (written && ::rename(unfinished_path.data(), target.c_str()) != 0) {
    written = false;
    error = errno;
  }
  if (!written) discard_unfinished();
  has_unfinished = false;
  return written ? Result<void>{} : cannot_write(path, error);
}

}  // namespace eigenbau::cli
