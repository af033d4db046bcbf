#include "protocols/grpc/exchange.hpp"

#include "base/text.hpp"
#include "protocols/common.hpp"
#include "protocols/grpc/health.hpp"
#include "protocols/grpc/hpack.hpp"
#include "version.hpp"

#include <array>
#include <utility>

namespace probe {
namespace {

using http2::Type;
namespace flag = http2::flag;

constexpr std::uint32_t ours = 1;  // the stream
constexpr std::size_t block_limit = std::size_t{16} * 1024;
constexpr std::size_t body_limit = std::size_t{4} * 1024;

/// SETTINGS: no dynamic table (1), no pushed streams (2), the longest list of header fields (6).
constexpr std::string_view our_settings("\0\1\0\0\0\0\0\2\0\0\0\0\0\6\0\0\x40\0", 18);

}  // namespace

GrpcExchange::GrpcExchange(const Target& target) : Exchange(target) {
  sends(Stage::request, "request not taken");
}

Exchange::Step GrpcExchange::begin() {
  expect(Stage::response, "no answer");
  note("grpc.health.v1.Health/Check");
  send(http2::preface);
  write(Type::settings, 0, 0, our_settings);
  write(Type::headers, flag::end_headers, ours, request_fields());
  write(Type::data, flag::end_stream, ours, health_request(data_of<GrpcTarget>(target_).service));
  return Next::read;
}

std::string GrpcExchange::request_fields() const {
  const CheckOptions& options = target_.options;
  std::string fields;
  hpack::put_indexed(fields, hpack::index::post);
  hpack::put_indexed(fields, target_.tls ? hpack::index::https : hpack::index::http);
  hpack::put_field(fields, hpack::index::path, "/grpc.health.v1.Health/Check");
  if (!sets_header(options, "host"))
    hpack::put_field(fields, hpack::index::authority, authority(target_, 0));
  for (const auto& [name, value] : options.headers) {
    if (equal_ignoring_case(name, "host") && !value.empty())
      hpack::put_field(fields, hpack::index::authority, value.reveal());
  }
  hpack::put_field(fields, "te", "trailers");
  hpack::put_field(fields, hpack::index::content_type, "application/grpc");
  if (!sets_header(options, "user-agent"))
    hpack::put_field(fields, hpack::index::user_agent, cat("probe/", version));
  for (const auto& [name, value] : options.headers) {
    if (!value.empty() && !equal_ignoring_case(name, "host"))
      hpack::put_field(fields, name, value.reveal());
  }
  return fields;
}

/// SETTINGS come first (RFC 9113, section 3.4). What begins otherwise is not HTTP/2, which is told
/// as soon as it shows; a line of HTTP/1 is waited for.
std::size_t GrpcExchange::frame(std::string_view bytes) const {
  const char first = bytes[0];
  if (settled_ || first == '\0') {
    if (bytes.size() < http2::header_size) return 0;
    const http2::Frame frame(bytes);
    if (!settled_ && (frame.type != Type::settings || frame.flags != 0 || frame.stream != 0))
      return foreign;
    return http2::header_size + (frame.size > http2::longest_payload ? 0 : frame.size);
  }
  if (first == '\x15' || first == '\x16' || first == '<') return bytes.size();
  constexpr std::array<std::string_view, 1> http1{"HTTP/"};
  return begins_with(bytes, http1) ? line(bytes) : foreign;
}

Exchange::Step GrpcExchange::message(std::string_view bytes) {
  if (!settled_ && bytes[0] != '\0') return not_http2(bytes);
  const http2::Frame frame(bytes);
  if (frame.size > http2::longest_payload)
    return broken(
        cat("a frame of ", frame.size, " bytes; ", http2::longest_payload, " are allowed"));
  received_ += bytes.size();
  if (received_ > message_limit())
    return fail(Reason::protocol,
                cat("the answer is larger than ", message_limit() / 1024, " KiB"));
  const bool continues = frame.type == Type::continuation;
  if (in_block_ != continues)
    return broken(continues ? "CONTINUATION of nothing" : "a header block without its end");
  settled_ = true;
  return take(frame);
}

Exchange::Step GrpcExchange::not_http2(std::string_view bytes) {
  if (bytes[0] == '\x15' || bytes[0] == '\x16')
    return fail(Reason::protocol, "the server answered in TLS, not in plain HTTP/2: use grpcs://");
  if (bytes[0] == '<') return fail(Reason::protocol, "the server speaks HTTP/1, not HTTP/2");
  const std::string_view answer = trim(bytes);
  const std::string_view spoken = answer.substr(0, answer.find(' '));
  return fail(Reason::protocol, cat("the server speaks ", spoken, ", not HTTP/2: ", answer));
}

Exchange::Step GrpcExchange::take(const http2::Frame& frame) {
  switch (frame.type) {
    case Type::data:
      return data(frame);
    case Type::headers:
      return headers(frame);
    case Type::rst_stream:
      return reset(frame);
    case Type::settings:
      return settings(frame);
    case Type::push_promise:
      return broken("PUSH_PROMISE, which was not allowed");
    case Type::ping:
      return ping(frame);
    case Type::goaway:
      return goaway(frame);
    case Type::continuation:
      return continuation(frame);
    case Type::priority:
    case Type::window_update:
      break;
  }
  return Next::read;
}

Exchange::Step GrpcExchange::settings(const http2::Frame& frame) {
  const bool ack = frame.has(flag::ack);
  if (frame.stream != 0 || frame.size % 6 != 0 || (ack && frame.size != 0))
    return broken("malformed SETTINGS");
  if (!ack) write(Type::settings, flag::ack, 0, "");
  return Next::read;
}

Exchange::Step GrpcExchange::ping(const http2::Frame& frame) {
  if (frame.stream != 0 || frame.size != 8) return broken("malformed PING");
  if (!frame.has(flag::ack)) write(Type::ping, flag::ack, 0, frame.payload);
  return Next::read;
}

/// Streams up to the one that is named are still answered (section 6.8).
Exchange::Step GrpcExchange::goaway(const http2::Frame& frame) {
  if (frame.stream != 0 || frame.size < 8) return broken("malformed GOAWAY");
  const std::uint64_t last = big_endian(frame.payload, 0, 4) & 0x7fffffffU;
  const std::uint64_t code = big_endian(frame.payload, 4, 4);
  const std::string_view words = frame.payload.substr(8);
  going_away_ = cat("the server goes away: GOAWAY, ", http2::error_name(code),
                    words.empty() ? "" : ": ", words);
  if (last >= ours && code == 0) return Next::read;
  return fail(Reason::not_ready, going_away_);
}

Exchange::Step GrpcExchange::reset(const http2::Frame& frame) {
  if (frame.stream != ours || frame.size != 4) return broken("malformed RST_STREAM");
  return fail(Reason::not_ready, cat("the server reset the call: ",
                                     http2::error_name(big_endian(frame.payload, 0, 4))));
}

Exchange::Step GrpcExchange::headers(const http2::Frame& frame) {
  const auto block = http2::content(frame);
  if (!block || frame.stream != ours) return broken("malformed HEADERS");
  block_ = *block;
  ended_ = frame.has(flag::end_stream);
  in_block_ = !frame.has(flag::end_headers);
  return in_block_ ? Next::read : fields_complete();
}

Exchange::Step GrpcExchange::continuation(const http2::Frame& frame) {
  if (frame.stream != ours) return broken("malformed CONTINUATION");
  block_ += frame.payload;
  if (block_.size() > block_limit)
    return fail(Reason::protocol, "the header is larger than 16 KiB");
  in_block_ = !frame.has(flag::end_headers);
  return in_block_ ? Next::read : fields_complete();
}

/// An interim response, the final one's header, or the trailers.
Exchange::Step GrpcExchange::fields_complete() {
  const int before = std::exchange(answer_.status, 0);
  if (!answer_.add_fields(block_)) return broken("a malformed header block");
  block_.clear();
  if (answering_ == (answer_.status != 0))
    return broken(answering_ ? "trailers with a status" : "an answer without a status");
  if (answering_ && !ended_) return broken("trailers that do not end the answer");
  const bool interim = !answering_ && answer_.status < 200;
  if (interim && ended_) return broken("an answer that ends before it begins");
  if (answering_) answer_.status = before;
  answering_ = !interim;
  if (answering_) expect(Stage::response, "answer not complete");
  return ended_ ? answered() : Next::read;
}

Exchange::Step GrpcExchange::data(const http2::Frame& frame) {
  const auto bytes = http2::content(frame);
  if (!bytes || frame.stream != ours || !answering_) return broken("malformed DATA");
  // The body of an error of HTTP is not shown.
  if (answer_.status == 200) answer_.body += *bytes;
  if (answer_.body.size() > body_limit)
    return fail(Reason::protocol, "the answer is larger than 4 KiB");
  ended_ = frame.has(flag::end_stream);
  return ended_ ? answered() : Next::read;
}

/// The server may close before it has sent the end: how the call ends is then unknown.
Exchange::Step GrpcExchange::end(bool truncated) {
  if (!going_away_.empty()) return fail(Reason::not_ready, going_away_);
  if (silent() && !target_.tls && target_.endpoints.front().socket.empty())
    return fail(Reason::protocol,
                "connection closed without an answer; if the server wants TLS, use grpcs://");
  return Exchange::end(truncated);
}

Exchange::Step GrpcExchange::answered() {
  write(Type::goaway, 0, 0, std::string_view("\0\0\0\0\0\0\0\0", 8));
  return Next::done;
}

Exchange::Step GrpcExchange::broken(std::string_view what) {
  return fail(Reason::protocol, cat("the server broke HTTP/2: ", what));
}

void GrpcExchange::write(Type type, unsigned flags, std::uint32_t id, std::string_view payload) {
  std::string frame;
  http2::put_frame(frame, type, flags, id, payload);
  send(frame);
}

}  // namespace probe
