// HTTP/1.1 (RFC 9112) without I/O: the request, and the judgement of the answer.
#pragma once

#include "protocols/exchange.hpp"

#include <memory>
#include <optional>
#include <string>

namespace probe {

/// What a target of HTTP has for itself.
struct HttpTarget {
  std::string path;  ///< path and query of the request
};

/// The credentials of Basic authentication (RFC 7617).
Secret basic_credentials(const Target& target);

/// The bytes of the request for `target`: request line, Host (RFC 9112, 3.2), credentials from the
/// URL as Basic authentication (RFC 7617), the user's own header fields in place of the defaults,
/// content.
Secret http_request(const Target& target);

/// Sends the request and reads one answer: any interim responses (1xx), then the final one with its
/// body, however it is framed. All of it is bounded: 64 KiB of header, and 1 MiB of body, after
/// which the rest is not waited for.
class HttpExchange final : public Exchange {
 public:
  explicit HttpExchange(const Target& target);
  ~HttpExchange() override;

  Step begin() override;
  /// A body that is complete only by the end is not if that is `truncated` (RFC 9112, section 9.8).
  Step end(bool truncated) override;
  Outcome outcome() override;

  /// Where a complete answer sends us, if it is a redirect that is to be followed (RFC 9110, 15.4).
  std::optional<std::string> redirect() const;
  /// The status of a complete answer.
  int status() const;

 private:
  Step message(std::string_view bytes) override;
  /// The peer's first bytes are no HTTP; says what they look like.
  Step not_http();

  struct Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace probe
