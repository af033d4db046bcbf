// RSA with a public key, for a login without TLS.
#pragma once

#include <string>
#include <string_view>

namespace probe {

/// Encrypts `message` by RSAES-OAEP with SHA-1 (RFC 8017, section 7.1). `pem` is a public key of
/// 1024 to 8192 bits (RFC 7468, section 13), `seed` 20 random bytes. Empty if the key is none, or
/// too short for the message.
std::string rsa_encrypt(std::string_view pem, std::string_view message, std::string seed);

}  // namespace probe
