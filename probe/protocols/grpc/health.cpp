#include "protocols/grpc/health.hpp"

#include "base/text.hpp"
#include "protocols/exchange.hpp"

#include <array>

namespace probe {
namespace {

constexpr std::size_t prefix_size = 5;  // whether it is compressed, and its size

/// Takes a varint of Protocol Buffers off `bytes`.
std::optional<std::uint64_t> take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !bytes.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes[0]);
    bytes.remove_prefix(1);
    value |= std::uint64_t{byte & 127U} << shift;
    if (byte < 128) return value;
  }
  return std::nullopt;
}

/// The size of a field's value that is no varint; empty if no such field is known.
std::optional<std::uint64_t> size_of_value(std::uint64_t wire_type, std::string_view& bytes) {
  if (wire_type == 1) return 8;
  if (wire_type == 2) return take_varint(bytes);
  if (wire_type == 5) return 4;
  return std::nullopt;
}

}  // namespace

std::string health_request(std::string_view service) {
  std::string message;
  if (!service.empty()) {
    message += '\x0a';  // field 1, a string
    std::size_t size = service.size();
    for (; size > 127; size >>= 7U) message += static_cast<char>(size | 128U);
    message += static_cast<char>(size);
    message += service;
  }
  std::string out(1, '\0');
  put_big_endian(out, message.size(), 4);
  return out += message;
}

std::optional<std::uint64_t> read_health_response(std::string_view body) {
  if (body.size() < prefix_size || body[0] != '\0' ||
      big_endian(body, 1, 4) != body.size() - prefix_size)
    return std::nullopt;
  body.remove_prefix(prefix_size);
  std::uint64_t status = 0;
  while (!body.empty()) {
    const auto tag = take_varint(body);
    if (!tag) return std::nullopt;
    if ((*tag & 7U) == 0) {
      const auto value = take_varint(body);
      if (!value) return std::nullopt;
      if (*tag >> 3U == 1) status = *value;
      continue;
    }
    const auto size = size_of_value(*tag & 7U, body);
    if (!size || *size > body.size()) return std::nullopt;
    body.remove_prefix(*size);
  }
  return status;
}

std::string serving_status_name(std::uint64_t status) {
  if (status == 2) return "NOT_SERVING";
  if (status == 3) return "SERVICE_UNKNOWN, the server does not know this service";
  return status == 0 ? "serving status UNKNOWN" : cat("serving status ", status);
}

std::string grpc_status_name(std::uint64_t status) {
  constexpr std::array<std::string_view, 17> names{
      "OK",
      "CANCELLED",
      "UNKNOWN",
      "INVALID_ARGUMENT",
      "DEADLINE_EXCEEDED",
      "NOT_FOUND",
      "ALREADY_EXISTS",
      "PERMISSION_DENIED",
      "RESOURCE_EXHAUSTED",
      "FAILED_PRECONDITION",
      "ABORTED",
      "OUT_OF_RANGE",
      "UNIMPLEMENTED",
      "INTERNAL",
      "UNAVAILABLE",
      "DATA_LOSS",
      "UNAUTHENTICATED",
  };
  return status < names.size() ? std::string(names[status]) : cat("grpc-status ", status);
}

std::string decode_grpc_message(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size();
    const int high = escape ? hex_value(text[i + 1]) : -1;
    const int low = escape ? hex_value(text[i + 2]) : -1;
    const bool decoded = high >= 0 && low >= 0;
    out += decoded ? static_cast<char>((high * 16) + low) : text[i];
    if (decoded) i += 2;
  }
  return out;
}

}  // namespace probe
