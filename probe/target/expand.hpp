// `${NAME}` and `${file:PATH}` in targets and option values, since there is no shell to do it.
#pragma once

#include "base/outcome.hpp"
#include "base/secret.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace probe {

/// Expands `${NAME}`, `${NAME:-default}` and `${NAME:?message}` (as in POSIX shells: with the colon
/// also for a variable that is empty) and `${file:PATH}`: the contents without one line end. They
/// may stand inside each other's default, message and path. `$${` stands for `${`; any other `$`
/// for itself. What files held is added to `secrets`. Errors name the variable or the file.
Parsed<std::string> expand(std::string_view text, std::vector<Secret>& secrets);

/// The same for a target. What is inserted into a URL is percent-encoded where it stands (RFC 3986,
/// section 2.1): wholly in userinfo and fragment; but for `/` and what a path may have in a path;
/// but for `:`, `,` and brackets in a host. Before `://` nothing is, so that a whole URL can come
/// from a variable; white space at its end is dropped.
Parsed<std::string> expand_target(std::string_view text, std::vector<Secret>& secrets);

}  // namespace probe
