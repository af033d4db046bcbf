#include "protocols/mysql/packet.hpp"

#include "base/text.hpp"
#include "protocols/exchange.hpp"
#include "protocols/mysql/auth.hpp"

#include <algorithm>
#include <array>

namespace probe {

bool read_greeting(std::string_view packet, Greeting& greeting) {
  constexpr std::size_t first_part = 8;  // of the nonce
  constexpr std::size_t fixed = 31;      // bytes behind the version
  packet.remove_prefix(1);
  greeting.version = take_text(packet);
  if (packet.size() < fixed + nonce_size - first_part) return false;
  greeting.capabilities = static_cast<std::uint32_t>(little_endian(packet, 13, 2) |
                                                     little_endian(packet, 18, 2) << 16U);
  greeting.nonce = packet.substr(4, first_part);
  // The length of the whole, with the NUL behind it, where there are plug-ins.
  const std::size_t size = std::max<std::size_t>(big_endian(packet, 20, 1), nonce_size + 1);
  packet.remove_prefix(fixed);
  greeting.nonce += packet.substr(0, size - first_part - 1);
  packet.remove_prefix(std::min(packet.size(), size - first_part));
  if ((greeting.capabilities & capability::plugin_auth) != 0) greeting.plugin = take_text(packet);
  return true;
}

std::string product(std::string_view version) {
  constexpr std::string_view for_old_replicas = "5.5.5-";  // which take no other first digit
  const bool mariadb = version.find("MariaDB") != std::string_view::npos;
  if (mariadb && version.starts_with(for_old_replicas))
    version.remove_prefix(for_old_replicas.size());
  return cat(mariadb ? "MariaDB " : "MySQL ", printable(version.substr(0, version.find('-')), 40));
}

std::optional<ServerError> read_error(std::string_view packet) {
  constexpr std::size_t header = 3;
  constexpr std::size_t state = 6;  // `#` and an SQLSTATE, which is not sent before a login
  if (packet.size() < header || !packet.starts_with('\xff')) return std::nullopt;
  ServerError error{.code = static_cast<std::uint16_t>(little_endian(packet, 1, 2)),
                    .text = packet.substr(header)};
  if (error.text.starts_with('#') && error.text.size() >= state) error.text.remove_prefix(state);
  return error;
}

Reason reason_of(std::uint16_t code) {
  constexpr std::array<std::uint16_t, 11> auth{
      1044,  // access to the database denied
      1045,  // access denied
      1142,  // no privilege to read the table
      1227,  // another privilege is needed
      1251,  // an authentication method that cannot be used
      1698,  // access denied without a password
      1820,  // the password has to be changed
      1862,  // the password has expired
      3118,  // the account is locked
      3159,  // TLS is required
      4151,  // the account is locked (MariaDB)
  };
  return std::ranges::find(auth, code) == auth.end() ? Reason::not_ready : Reason::auth;
}

std::string_view take_text(std::string_view& bytes) {
  const std::string_view text = bytes.substr(0, bytes.find('\0'));
  bytes.remove_prefix(std::min(bytes.size(), text.size() + 1));
  return text;
}

std::optional<std::uint64_t> take_number(std::string_view& bytes) {
  if (bytes.empty()) return std::nullopt;
  const auto first = static_cast<unsigned char>(bytes[0]);
  unsigned size = 0;
  switch (first) {
    case 0xfb:
    case 0xff:
      return std::nullopt;
    case 0xfc:
      size = 2;
      break;
    case 0xfd:
      size = 3;
      break;
    case 0xfe:
      size = 8;
      break;
    default:
      break;
  }
  if (bytes.size() <= size) return std::nullopt;
  const std::uint64_t number = size == 0 ? first : little_endian(bytes, 1, size);
  bytes.remove_prefix(size + 1);
  return number;
}

bool is_end(std::string_view packet) {
  return packet.starts_with('\xfe') && packet.size() == 5;
}

std::optional<bool> has_more_results(std::string_view packet) {
  constexpr std::uint64_t more_results = 8;
  const bool end = is_end(packet);
  if (!end && !packet.starts_with('\0')) return std::nullopt;
  packet.remove_prefix(end ? 3 : 1);
  if (!end && (!take_number(packet) || !take_number(packet) || packet.size() < 4))
    return std::nullopt;
  return (little_endian(packet, 0, 2) & more_results) != 0;
}

}  // namespace probe
