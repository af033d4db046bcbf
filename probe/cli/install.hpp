// `probe install`: the binary hands itself on.
#pragma once

#include "base/outcome.hpp"

#include <string>

namespace probe {

/// Copies the running binary to `destination`, which is a file's name or, if it is a folder or ends
/// in `/`, a folder that gets a file `probe`. The copy appears under its name when it is complete
/// (rename(2)), with mode 0755; one that is there already is replaced. Needs no shell and no
/// library, so it works in `scratch`. The final path, or what went wrong.
std::expected<std::string, std::string> install(std::string destination);

}  // namespace probe
