// The words of the command line and the PROBE_* variables, sorted into options and targets.
#pragma once

#include "base/outcome.hpp"
#include "cli/command_line.hpp"
#include "cli/options.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace probe {

class Words {
 public:
  /// The arguments after the program's name; they stay the caller's.
  explicit Words(std::span<char* const> words);

  /// Sorts the arguments. Option values are expanded (see `expand`), targets are not yet.
  Parsed<void> read();

  /// Adds what the environment says and the arguments do not: `PROBE_TARGETS`, and `PROBE_…` for
  /// every long option. A switch is on with 1, true, yes or on, and off with 0, false, no or off.
  Parsed<void> add_environment();

  /// Says what to write for targets that look like the habits of other tools.
  Parsed<void> check_targets() const;

  /// Overwrites the arguments that hold a secret by what may be seen of them, so that the process
  /// list does not show it.
  void hide_secrets();

  /// Whether the command is one that checks targets.
  bool checks() const { return command == Command::check || command == Command::wait; }

  Command command = Command::check;
  Options options;
  std::vector<std::string> targets;
  std::span<char* const> program;  ///< what stands after `wait … --`

 private:
  /// A part of an argument, up to its end, and what is to stand there instead.
  struct Hidden {
    char* text;
    std::string shown;
  };

  void add_target(char* word);
  Parsed<void> long_option(char* word);
  Parsed<void> short_options(char* word);
  Parsed<void> take_command(std::string_view name, std::string_view shown, bool alone);
  std::unexpected<UsageError> unknown_option(const std::string& shown) const;
  Parsed<void> take(const OptionRow& row, const std::string& shown, char* value);
  Parsed<void> set(const OptionRow& row, const std::string& shown, std::string_view value);
  bool overruled(const OptionRow& row) const;

  std::span<char* const> words_;
  std::size_t next_ = 0;
  bool literal_ = false;
  std::size_t before_dashes_ = 0;  ///< how many targets stand before `--`
  std::vector<Hidden> hidden_;
};

}  // namespace probe
