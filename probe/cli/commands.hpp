// The commands that check: plain `probe`, and `probe wait`.
#pragma once

#include "cli/command_line.hpp"

namespace probe {

inline constexpr int exit_ready = 0;
inline constexpr int exit_not_ready = 1;
inline constexpr int exit_usage = 64;  // EX_USAGE of sysexits.h

/// Checks all targets and prints a line for each; the exit status.
int check(const CommandLine& line);

/// Retries until all targets are ready, printing a line whenever the state of one changes, and then
/// becomes the command, if there is one. Returns the exit status where it does not.
int wait(const CommandLine& line);

}  // namespace probe
