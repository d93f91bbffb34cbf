#include "run_program.h"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <sstream>

namespace fs = std::filesystem;

namespace {

/// A directory of its own for each run of the tests, gone afterwards.
struct Playground {
  fs::path path;
  Playground() {
    std::string pattern = (fs::temp_directory_path() / "eigenbau-XXXXXX").string();
    path = ::mkdtemp(pattern.data());
  }
  ~Playground() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
};

[[noreturn]] void become_program(const std::vector<std::string>& words, const fs::path& in, const fs::path& out,
                                 const fs::path& err) {
  std::vector<char*> arguments{const_cast<char*>(EIGENBAU_PROGRAM)};
  for (const std::string& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  ::dup2(::open(in.c_str(), O_RDONLY), STDIN_FILENO);
  ::dup2(::open(out.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDOUT_FILENO);
  ::dup2(::open(err.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), STDERR_FILENO);
  if (::chdir(playground().c_str()) == 0) ::execv(EIGENBAU_PROGRAM, arguments.data());
  ::_exit(127);
}

}  // namespace

const fs::path& playground() {
  static const Playground kPlayground;
  return kPlayground.path;
}

std::string write(const std::string& name, const std::string& content) {
  const fs::path path = playground() / name;
  std::ofstream(path, std::ios::binary) << content;
  return path.string();
}

std::string read(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

Run run(const std::vector<std::string>& words, const std::string& input) {
  static int count = 0;
  const std::string stem = ".run" + std::to_string(++count);
  const fs::path in = write(stem + ".in", input), out = playground() / (stem + ".out"), err = playground() / (stem + ".err");
  const pid_t child = ::fork();
  if (child == 0) become_program(words, in, out, err);
  int status = 0;
  ::waitpid(child, &status, 0);
  Run result;
  result.exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  result.out = read(out);
  result.err = read(err);
  for (const fs::path& path : {in, out, err}) fs::remove(path);
  return result;
}

std::string scenario(const std::string& name) { return EIGENBAU_SOURCE_DIR "/scenarios/" + name + ".toml"; }

std::vector<std::string> scenario_names() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(EIGENBAU_SOURCE_DIR "/scenarios"))
    if (entry.path().extension() == ".toml") names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }
