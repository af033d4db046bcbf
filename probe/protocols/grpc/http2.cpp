#include "protocols/grpc/http2.hpp"

#include "base/text.hpp"
#include "protocols/exchange.hpp"

#include <array>

namespace probe::http2 {

Frame::Frame(std::string_view bytes)
    : size(static_cast<std::uint32_t>(big_endian(bytes, 0, 3))),
      type(static_cast<Type>(bytes[3])),
      flags(static_cast<unsigned char>(bytes[4])),
      stream(static_cast<std::uint32_t>(big_endian(bytes, 5, 4) & 0x7fffffffU)),
      payload(bytes.substr(header_size)) {}

void put_frame(std::string& out, Type type, unsigned flags, std::uint32_t id,
               std::string_view payload) {
  put_big_endian(out, payload.size(), 3);
  out += static_cast<char>(type);
  out += static_cast<char>(flags);
  put_big_endian(out, id, 4);
  out += payload;
}

std::optional<std::string_view> content(const Frame& frame) {
  std::string_view payload = frame.payload;
  std::size_t padding = 0;
  if (frame.has(flag::padded)) {
    if (payload.empty()) return std::nullopt;
    padding = static_cast<unsigned char>(payload[0]);
    payload.remove_prefix(1);
  }
  const std::size_t priority = frame.type == Type::headers && frame.has(flag::priority) ? 5 : 0;
  if (priority + padding > payload.size()) return std::nullopt;
  return payload.substr(priority, payload.size() - priority - padding);
}

std::string error_name(std::uint64_t code) {
  constexpr std::array<std::string_view, 14> names{
      "NO_ERROR",
      "PROTOCOL_ERROR",
      "INTERNAL_ERROR",
      "FLOW_CONTROL_ERROR",
      "SETTINGS_TIMEOUT",
      "STREAM_CLOSED",
      "FRAME_SIZE_ERROR",
      "REFUSED_STREAM",
      "CANCEL",
      "COMPRESSION_ERROR",
      "CONNECT_ERROR",
      "ENHANCE_YOUR_CALM",
      "INADEQUATE_SECURITY",
      "HTTP_1_1_REQUIRED",
  };
  return code < names.size() ? std::string(names[code]) : cat("error ", code);
}

}  // namespace probe::http2
