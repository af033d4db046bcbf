// Following a redirect.
#pragma once

#include "base/outcome.hpp"
#include "target/target.hpp"

#include <string_view>

namespace probe {

/// The target that `location`, a URI reference (RFC 9110, section 10.2.2), leads to from `from`. As
/// with curl: a 303, and a POST with 301 or 302, become a GET without content. To another scheme,
/// host or port goes nothing that the user gave as credentials, header or content. Fails on a
/// redirect there that wants the content, on what is not HTTP, or not possible in this build.
std::expected<Target, Failure> redirected(const Target& from, int status,
                                          std::string_view location);

}  // namespace probe
