// Frames of HTTP/2 (RFC 9113, sections 4 and 6).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace probe::http2 {

constexpr std::string_view preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
constexpr std::size_t header_size = 9;
constexpr std::size_t longest_payload = 16384;  ///< SETTINGS_MAX_FRAME_SIZE where none is sent

enum class Type : std::uint8_t {
  data,
  headers,
  priority,
  rst_stream,
  settings,
  push_promise,
  ping,
  goaway,
  window_update,
  continuation,
};

namespace flag {
constexpr unsigned end_stream = 0x1;
constexpr unsigned ack = 0x1;
constexpr unsigned end_headers = 0x4;
constexpr unsigned padded = 0x8;
constexpr unsigned priority = 0x20;
}  // namespace flag

struct Frame {
  /// `bytes` has at least the header.
  explicit Frame(std::string_view bytes);
  bool has(unsigned flag) const { return (flags & flag) != 0; }

  std::uint32_t size = 0;  ///< of the payload, as the header has it
  Type type{};             ///< or any other number
  unsigned flags = 0;
  std::uint32_t stream = 0;
  std::string_view payload;
};

/// Appends a frame of the stream `id`, or of the connection (0).
void put_frame(std::string& out, Type type, unsigned flags, std::uint32_t id,
               std::string_view payload);

/// The payload of DATA or HEADERS without padding and priority; empty if there is more of these
/// than payload.
std::optional<std::string_view> content(const Frame& frame);

/// `REFUSED_STREAM` and so on (section 7); a number for others.
std::string error_name(std::uint64_t code);

}  // namespace probe::http2
