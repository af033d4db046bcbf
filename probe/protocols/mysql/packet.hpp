// Packets of MySQL's client/server protocol (MySQL Source Code Documentation, "Client/Server
// Protocol"; MariaDB's is the same as far as it is used).
#pragma once

#include "base/outcome.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace probe {

namespace capability {
constexpr std::uint32_t long_password = 1;
constexpr std::uint32_t connect_with_db = 8;
constexpr std::uint32_t protocol_41 = 0x200;
constexpr std::uint32_t tls = 0x800;
constexpr std::uint32_t transactions = 0x2000;
constexpr std::uint32_t secure_connection = 0x8000;
constexpr std::uint32_t multi_statements = 0x10000;
constexpr std::uint32_t multi_results = 0x20000;
constexpr std::uint32_t plugin_auth = 0x80000;
}  // namespace capability

/// The first byte of a packet behind its header.
namespace packet_kind {
constexpr unsigned char ok = 0;
constexpr unsigned char more_data = 1;
constexpr unsigned char protocol_version = 10;
constexpr unsigned char null = 0xfb;  ///< a value; the answer to a query: give me a file
constexpr unsigned char end = 0xfe;   ///< of columns or rows; during the login: another plug-in
constexpr unsigned char error = 0xff;
}  // namespace packet_kind

/// The server's first packet.
struct Greeting {
  std::string version;  ///< as the server has it
  std::string nonce;
  std::string plugin;  ///< empty: from before there were any
  std::uint32_t capabilities = 0;
};
/// False if it is too short.
bool read_greeting(std::string_view packet, Greeting& greeting);

/// The server's name, as `MariaDB 10.11.14`, fit to be shown.
std::string product(std::string_view version);

struct ServerError {
  std::uint16_t code = 0;
  std::string_view text;
};
/// Nothing if it is no error.
std::optional<ServerError> read_error(std::string_view packet);

/// Whether the server's error means that this user is not let in.
Reason reason_of(std::uint16_t code);

/// Takes a text that a NUL ends off `bytes`.
std::string_view take_text(std::string_view& bytes);

/// Takes a number of one to nine bytes off `bytes`; nothing if it is not whole, or a mark.
std::optional<std::uint64_t> take_number(std::string_view& bytes);

/// Whether columns or rows end here.
bool is_end(std::string_view packet);

/// Whether another result comes behind an OK packet, or behind the end of rows; nothing if the
/// packet is neither.
std::optional<bool> has_more_results(std::string_view packet);

}  // namespace probe
