// The texts of `--help`, `--version` and `--licenses`.
#pragma once

#include <string>

namespace probe {

std::string help_text();
/// The flavour, the compiler, and every library in the binary with its version.
std::string version_text();
std::string licenses_text();

}  // namespace probe
