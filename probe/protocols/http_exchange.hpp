// HTTP/1.1 (RFC 9112) without I/O: the request's bytes, and the judgement of the answer's.
#pragma once

#include "base/outcome.hpp"
#include "target/target.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace probe {

/// The credentials of Basic authentication (RFC 7617).
Secret basic_credentials(const Target& target);

/// The bytes of the request for `target`: request line, Host (RFC 9112, 3.2), credentials from the
/// URL as Basic authentication (RFC 7617), the user's own header fields in place of the defaults,
/// content.
Secret http_request(const Target& target);

/// Reads one answer: any interim responses (1xx), then the final one with its body, however it is
/// framed. All of it is bounded: 64 KiB of header, and 1 MiB of body, after which the rest is not
/// waited for.
class HttpExchange {
 public:
  explicit HttpExchange(const Target& target);
  HttpExchange(const HttpExchange&) = delete;
  HttpExchange& operator=(const HttpExchange&) = delete;
  ~HttpExchange();

  /// Takes bytes from the peer; true once no more are needed. Fails on what is not HTTP.
  std::expected<bool, Failure> feed(std::string_view bytes);

  /// The peer has closed the connection. A body that is complete only by that is not if the end of
  /// the stream is `truncated` (RFC 9112, section 9.8).
  std::expected<void, Failure> finish(bool truncated = false);

  /// What a time-out now would be about.
  std::string_view missing() const;

  /// Where a complete answer sends us, if it is a redirect that is to be followed (RFC 9110, 15.4).
  std::optional<std::string> redirect() const;
  /// The status of a complete answer.
  int status() const;

  /// The judgement of a complete answer.
  Outcome outcome() const;

 private:
  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace probe
