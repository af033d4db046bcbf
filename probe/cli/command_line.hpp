// Reading the command line.
#pragma once

#include "base/outcome.hpp"
#include "cli/options.hpp"
#include "target/target.hpp"

#include <span>
#include <string>
#include <vector>

namespace probe {

/// What to do.
enum class Command : std::uint8_t { check, wait, install, help, version, licenses };

struct CommandLine {
  Command command = Command::check;
  Options options;
  std::vector<Target> targets;
  std::string destination;  ///< of `install`
  std::span<char* const>
      program;  ///< what `wait` becomes: words up to and with a null pointer; or empty
};

/// Reads the arguments after the program's name, which end with a null pointer beyond the span.
/// Everything that can be wrong without asking a peer is an error here, and nothing has been sent
/// yet.
Parsed<CommandLine> parse_command_line(std::span<char* const> arguments);

}  // namespace probe
