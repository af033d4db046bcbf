// What MySQL's authentication plug-ins want to be told.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace probe {

constexpr std::string_view native_plugin = "mysql_native_password";
constexpr std::string_view caching_plugin = "caching_sha2_password";
constexpr std::string_view sha256_plugin = "sha256_password";
constexpr std::string_view clear_plugin = "mysql_clear_password";

/// The length of what a server sends to be mixed with the password.
constexpr std::size_t nonce_size = 20;

/// What a plug-in is told first: nothing that helps if the nonce is too short. `secure`: nobody
/// else can read the connection. Nothing: the plug-in is not spoken, or not on such a connection.
std::optional<std::string> first_answer(std::string_view plugin, const std::string& password,
                                        std::string_view nonce, bool secure);

/// The password for who has the private key of `pem`; empty if that is no usable key.
std::string encrypted_password(std::string_view pem, const std::string& password,
                               std::string_view nonce);

}  // namespace probe
