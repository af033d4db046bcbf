// Reading TARGET arguments.
#pragma once

#include "cli/options.hpp"

#include <span>
#include <string_view>
#include <vector>

namespace probe {

/// Reads every target with its own options: those of the command line, then those of its fragment.
/// Errors name the target, without its secrets, or the option that no target can use.
Parsed<std::vector<Target>> parse_targets(std::span<const std::string> words,
                                          const Options& options);

}  // namespace probe
