#include "protocols/mysql/auth.hpp"

#include "base/hash.hpp"
#include "protocols/mysql/rsa.hpp"

#include <sys/random.h>

namespace probe {
namespace {

/// A password as a C string, which is how servers want to see one that is not hashed.
std::string terminated(const std::string& password) {
  return password + '\0';
}

}  // namespace

std::optional<std::string> first_answer(std::string_view plugin, const std::string& password,
                                        std::string_view nonce, bool secure) {
  if (plugin == native_plugin || plugin == caching_plugin) {
    if (password.empty() || nonce.size() < nonce_size) return "";
    nonce = nonce.substr(0, nonce_size);
    const bool native = plugin == native_plugin;
    const auto hash = native ? sha1 : sha256;
    const std::string once = hash(password);
    std::string twice = hash(once);
    return exclusive_or(once, hash(native ? std::string(nonce) + twice : twice.append(nonce)));
  }
  if (plugin == sha256_plugin) {
    constexpr std::string_view give_key = "\1";
    if (password.empty() || secure) return terminated(password);
    return std::string(give_key);
  }
  if (plugin == clear_plugin && secure) return terminated(password);
  return std::nullopt;
}

std::string encrypted_password(std::string_view pem, const std::string& password,
                               std::string_view nonce) {
  if (nonce.empty()) return "";
  std::string seed(20, '\0');
  if (::getrandom(seed.data(), seed.size(), 0) != static_cast<ssize_t>(seed.size())) return "";
  return rsa_encrypt(pem, exclusive_or(terminated(password), nonce.substr(0, nonce_size)),
                     std::move(seed));
}

}  // namespace probe
