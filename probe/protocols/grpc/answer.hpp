// The answer to the call: what its header fields and trailers say, and whether that is "ready".
#pragma once

#include "base/outcome.hpp"
#include "target/target.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace probe {

struct GrpcTarget {
  std::string service;  ///< empty: the server as a whole
};

struct GrpcAnswer {
  int status = 0;  ///< of HTTP; 0: none has come
  std::string content_type;
  std::optional<std::uint64_t> grpc_status;
  std::string grpc_message;  ///< without its escapes
  std::string body;

  /// Takes the fields of a whole block (RFC 7541). False if it is malformed.
  bool add_fields(std::string_view block);

  /// Ready if the call succeeded and the service is SERVING.
  Outcome judged(const Target& target) const;
};

}  // namespace probe
