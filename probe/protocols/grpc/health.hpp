// grpc.health.v1.Health/Check: its messages, and how a call of gRPC ends.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace probe {

/// HealthCheckResponse.ServingStatus.
namespace serving_status {
constexpr std::uint64_t serving = 1;
}  // namespace serving_status

/// HealthCheckRequest for `service`, with the prefix of a message of gRPC.
std::string health_request(std::string_view service);

/// The status in a HealthCheckResponse, with its prefix. Empty if it is malformed, compressed, or
/// not one message.
std::optional<std::uint64_t> read_health_response(std::string_view body);

/// What a status other than SERVING is called; a number where it has no name.
std::string serving_status_name(std::uint64_t status);

/// Numbers of gRPC's status codes.
namespace grpc_status {
constexpr std::uint64_t not_found = 5;
constexpr std::uint64_t permission_denied = 7;
constexpr std::uint64_t unimplemented = 12;
constexpr std::uint64_t unauthenticated = 16;
}  // namespace grpc_status

/// `NOT_FOUND` and so on; a number for others.
std::string grpc_status_name(std::uint64_t status);

/// A `grpc-message`, whose escapes are decoded; what only looks like one stays.
std::string decode_grpc_message(std::string_view text);

}  // namespace probe
