// One call of grpc.health.v1.Health/Check over HTTP/2 (RFC 9113), without I/O.
#pragma once

#include "protocols/exchange.hpp"
#include "protocols/grpc/answer.hpp"
#include "protocols/grpc/http2.hpp"

#include <string>

namespace probe {

/// Stream 1, with our settings and the request sent in one go. Bounded are all that is read (64
/// KiB, so no window needs to be opened), a block of header fields (16 KiB) and the answer (4 KiB).
class GrpcExchange final : public Exchange {
 public:
  explicit GrpcExchange(const Target& target);

  Step begin() override;
  Step end(bool truncated) override;
  Outcome outcome() override { return answer_.judged(target_); }

 private:
  std::size_t frame(std::string_view bytes) const override;
  Step message(std::string_view bytes) override;

  Step not_http2(std::string_view bytes);
  Step take(const http2::Frame& frame);
  Step settings(const http2::Frame& frame);
  Step ping(const http2::Frame& frame);
  Step goaway(const http2::Frame& frame);
  Step reset(const http2::Frame& frame);
  Step headers(const http2::Frame& frame);
  Step continuation(const http2::Frame& frame);
  Step data(const http2::Frame& frame);
  Step fields_complete();
  Step answered();
  Step broken(std::string_view what);

  void write(http2::Type type, unsigned flags, std::uint32_t id, std::string_view payload);
  std::string request_fields() const;

  bool settled_ = false;    ///< its SETTINGS have come, which are first
  bool in_block_ = false;   ///< CONTINUATION is to follow
  bool ended_ = false;      ///< the stream, by the frame that is being read
  bool answering_ = false;  ///< the final response's header fields have come
  std::size_t received_ = 0;
  std::string block_;
  std::string going_away_;  ///< in which words
  GrpcAnswer answer_;
};

}  // namespace probe
