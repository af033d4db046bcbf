// Hash functions (FIPS 180-4), for logins. OpenSSL is not in every build, and libpq's are not in
// its shared library.
#pragma once

#include <string>
#include <string_view>

namespace probe {

std::string sha1(std::string_view bytes);
std::string sha256(std::string_view bytes);

/// `text` with `key`, which is not empty, repeated over it.
std::string exclusive_or(std::string_view text, std::string_view key);

}  // namespace probe
