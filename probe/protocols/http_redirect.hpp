// Following a redirect.
#pragma once

#include "base/outcome.hpp"
#include "target/target.hpp"

#include <string_view>

namespace probe {

/// The target that `location`, a URI reference (RFC 9110, section 10.2.2), leads to from `from`. As
/// with curl: a 303, and a POST with 301 or 302, become a GET without content; credentials go no
/// further than scheme, host and port stay the same. Fails on what is not HTTP, or not possible in
/// this build.
std::expected<Target, Failure> redirected(const Target& from, int status,
                                          std::string_view location);

}  // namespace probe
