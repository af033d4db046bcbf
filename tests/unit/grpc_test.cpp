#include "protocols/exchange.hpp"
#include "protocols/grpc/answer.hpp"
#include "protocols/grpc/hpack.hpp"
#include "protocols/grpc/http2.hpp"
#include "support.hpp"

using namespace probe;
using http2::Type;
namespace flag = http2::flag;

namespace {

std::string frame(Type type, unsigned flags, unsigned stream, std::string_view payload) {
  std::string out;
  http2::put_frame(out, type, flags, stream, payload);
  return out;
}

std::string number(std::uint64_t value) {
  std::string out;
  put_big_endian(out, value, 4);
  return out;
}

std::string fields(
    std::initializer_list<std::pair<std::string_view, std::string_view>> names_and_values) {
  std::string out;
  for (const auto& [name, value] : names_and_values) hpack::put_field(out, name, value);
  return out;
}

const std::string settings = frame(Type::settings, 0, 0, "");
const std::string header_fields =
    fields({{":status", "200"}, {"content-type", "application/grpc"}});
const std::string header = frame(Type::headers, flag::end_headers, 1, header_fields);
const std::string message("\0\0\0\0\2\x08\1", 7);
const std::string serving = frame(Type::data, 0, 1, message);
constexpr unsigned last = flag::end_headers | flag::end_stream;

std::string trailers(std::string_view status = "0", std::string_view words = "") {
  return frame(Type::headers, last, 1, fields({{"grpc-status", status}, {"grpc-message", words}}));
}

std::string body(std::string_view bytes) {
  return cat(settings, header, frame(Type::data, 0, 1, bytes), trailers());
}

std::string answer(std::string_view bytes, std::string_view url = "grpc://h") {
  return outcome_of(target_of(url), bytes);
}

/// The answer, and then the end of the stream.
std::string closed(std::string_view bytes, std::string_view url = "grpc://h") {
  const Target target = target_of(url);
  const auto exchange = target.protocol->make(target);
  auto step = exchange->begin();
  if (!bytes.empty()) step = exchange->feed(bytes);
  if (step && *step == Exchange::Next::read) step = exchange->end(false);
  return told(*exchange, step);
}

std::string broken(std::string_view what) {
  return cat("response/protocol: the server broke HTTP/2: ", what);
}

}  // namespace

TEST_CASE("gRPC: the request") {
  CheckOptions options;
  options.headers.emplace_back("Authorization", Secret("Bearer t"));
  options.headers.emplace_back("User-Agent", Secret(""));
  const Target target = target_of("grpc://[fe80::1%25eth0]:8080/shop.v1.Cart", options);
  const auto exchange = target.protocol->make(target);
  CHECK(exchange->begin().has_value());
  const Secret sent = exchange->take_output();
  std::string_view rest = sent.reveal();
  CHECK(rest.starts_with(http2::preface));
  rest.remove_prefix(http2::preface.size());
  const auto next = [&rest] {
    const http2::Frame whole(rest);
    const http2::Frame one(rest.substr(0, http2::header_size + whole.size));
    rest.remove_prefix(http2::header_size + one.size);
    return one;
  };
  CHECK(next().payload == std::string_view("\0\1\0\0\0\0\0\2\0\0\0\0\0\6\0\0\x40\0", 18));
  const http2::Frame asked = next();
  CHECK((asked.type == Type::headers && asked.flags == flag::end_headers && asked.stream == 1));
  std::string_view block = asked.payload;
  std::string shown;
  while (const auto field = hpack::take_field(block))
    shown += cat(field->index, ' ', field->name, '=', field->value, "\n");
  CHECK(block.empty());
  CHECK(shown ==
        "3 =\n6 =\n4 =/grpc.health.v1.Health/Check\n1 =[fe80::1]:8080\n0 te=trailers\n"
        "31 =application/grpc\n0 authorization=Bearer t\n");
  const http2::Frame data = next();
  CHECK((data.type == Type::data && data.flags == flag::end_stream && data.stream == 1));
  CHECK(data.payload == std::string_view("\0\0\0\0\x0e\x0a\x0cshop.v1.Cart", 19));
  CHECK(rest.empty());
}

TEST_CASE("gRPC: services that are served, and others") {
  CHECK(answer(body("x")) == "response/protocol: the answer is not a HealthCheckResponse");
  CHECK(answer(cat(settings, header, serving, trailers())) == "SERVING");
  CHECK(answer(body(std::string_view("\0\0\0\0\2\x08\2", 7))) == "response/not_ready: NOT_SERVING");
  CHECK(answer(body(std::string_view("\0\0\0\0\2\x08\3", 7))) ==
        "response/not_ready: SERVICE_UNKNOWN, the server does not know this service");
  CHECK(answer(body(std::string(5, '\0'))) == "response/not_ready: serving status UNKNOWN");
  CHECK(answer(body(std::string_view("\0\0\0\0\2\x08\x2a", 7))) ==
        "response/not_ready: serving status 42");
}

TEST_CASE("gRPC: how a call fails") {
  const auto only = [](std::string_view status, std::string_view words) {
    return cat(settings,
               frame(Type::headers, last, 1,
                     header_fields + fields({{"grpc-status", status}, {"grpc-message", words}})));
  };
  CHECK(answer(only("5", "unknown%20service"), "grpc://h/x") ==
        "response/not_ready: NOT_FOUND, the server does not know this service: unknown service");
  CHECK(answer(only("5", "")) ==
        "response/not_ready: NOT_FOUND, it needs a service: grpc://host/NAME");
  CHECK(answer(only("12", "")) ==
        "response/not_ready: UNIMPLEMENTED, the server has no health service");
  CHECK(answer(only("16", "no token")) ==
        "response/auth: UNAUTHENTICATED, it may want -H \"Authorization: ...\": no token");
  CHECK(answer(only("7", "")) ==
        "response/auth: PERMISSION_DENIED, it may want -H \"Authorization: ...\"");
  CHECK(answer(only("14", "50%25 %zz %e2%82%ac%0a%")) ==
        "response/not_ready: UNAVAILABLE: 50% %zz \xe2\x82\xac\\n%");
  CHECK(answer(only("99", "")) == "response/not_ready: grpc-status 99");
  CHECK(answer(only("zero", "")) == broken("a malformed header block"));
  CHECK(answer(cat(settings, header, trailers("13", "late"))) ==
        "response/not_ready: INTERNAL: late");
}

TEST_CASE("gRPC: answers of HTTP that are none of gRPC") {
  const auto http = [](std::string_view status, std::string_view type) {
    return cat(settings,
               frame(Type::headers, flag::end_headers, 1,
                     fields({{":status", status}, {"content-type", type}})),
               frame(Type::data, flag::end_stream, 1, "<html>"));
  };
  CHECK(answer(http("503", "text/html")) ==
        "response/not_ready: HTTP status 503, not an answer of gRPC");
  CHECK(answer(http("401", "")) == "response/auth: HTTP status 401, not an answer of gRPC");
  CHECK(answer(http("200", "text/html")) ==
        "response/protocol: not a gRPC answer: its content-type is \"text/html\"");
  CHECK(answer(http("200", "application/grpc+proto")) ==
        "response/protocol: the answer has no grpc-status");
  CHECK(answer(http("20", "")) == broken("a malformed header block"));
  CHECK(answer(cat(settings, frame(Type::headers, last, 1, "\x8d"))) ==
        "response/not_ready: HTTP status 404, not an answer of gRPC");
}

TEST_CASE("gRPC: frames in any order") {
  const std::string interim =
      frame(Type::headers, flag::end_headers, 1, fields({{":status", "103"}}));
  const std::string others =
      cat(frame(Type::settings, flag::ack, 0, ""), frame(Type::window_update, 0, 0, number(1)),
          frame(Type::priority, 0, 3, "12345"), frame(static_cast<Type>(77), 255, 9, "unknown"),
          frame(Type::ping, flag::ack, 0, "12345678"), settings);
  CHECK(answer(cat(settings, others, interim, others, header, others, serving, others,
                   trailers())) == "SERVING");
}

TEST_CASE("gRPC: padding, priority and CONTINUATION") {
  const std::string padded = cat('\2', "prior", header_fields, "xx");
  const std::string head =
      frame(Type::headers, flag::padded | flag::priority | flag::end_headers, 1, padded);
  const std::string data =
      cat(frame(Type::data, flag::padded, 1, cat('\1', message, "x")), frame(Type::data, 0, 1, ""));
  const std::string end = fields({{"grpc-status", "0"}});
  const std::string tail = cat(frame(Type::headers, flag::end_stream, 1, end.substr(0, 3)),
                               frame(Type::continuation, 0, 1, ""),
                               frame(Type::continuation, flag::end_headers, 1, end.substr(3)));
  CHECK(answer(cat(settings, head, data, tail)) == "SERVING");
  CHECK(answer(cat(settings, header, frame(Type::data, flag::padded, 1, "\3xx"))) ==
        broken("malformed DATA"));
  CHECK(answer(cat(settings, frame(Type::headers, flag::padded, 1, ""))) ==
        broken("malformed HEADERS"));
  CHECK(answer(cat(settings, frame(Type::headers, flag::priority, 1, "1234"))) ==
        broken("malformed HEADERS"));
}

TEST_CASE("gRPC: what is answered") {
  const Target target = target_of("grpc://h");
  const auto exchange = target.protocol->make(target);
  CHECK(exchange->begin().has_value());
  (void)exchange->take_output();
  CHECK(exchange->feed(cat(settings, frame(Type::ping, 0, 0, "12345678"))).has_value());
  CHECK(exchange->take_output().reveal() ==
        cat(frame(Type::settings, flag::ack, 0, ""), frame(Type::ping, flag::ack, 0, "12345678")));
  CHECK(exchange->feed(cat(header, serving, trailers())).value() == Exchange::Next::done);
  CHECK(exchange->take_output().reveal() == frame(Type::goaway, 0, 0, std::string(8, '\0')));
}

TEST_CASE("gRPC: GOAWAY and RST_STREAM") {
  const auto goaway = [](std::uint64_t stream, std::uint64_t code, std::string_view words) {
    return cat(settings, frame(Type::goaway, 0, 0, cat(number(stream), number(code), words)));
  };
  CHECK(answer(goaway(0, 0, "")) == "response/not_ready: the server goes away: GOAWAY, NO_ERROR");
  CHECK(answer(goaway(1, 11, "too_many_pings")) ==
        "response/not_ready: the server goes away: GOAWAY, ENHANCE_YOUR_CALM: too_many_pings");
  CHECK(answer(goaway(0, 1000, "")) ==
        "response/not_ready: the server goes away: GOAWAY, error 1000");
  CHECK(answer(cat(goaway(0x7fffffff, 0, "max_age"), header, serving, trailers())) == "SERVING");
  CHECK(closed(goaway(1, 0, "bye")) ==
        "response/not_ready: the server goes away: GOAWAY, NO_ERROR: bye");
  CHECK(answer(cat(settings, frame(Type::rst_stream, 0, 1, number(7)))) ==
        "response/not_ready: the server reset the call: REFUSED_STREAM");
}

TEST_CASE("gRPC: broken HTTP/2") {
  const auto after = [](const std::string& bytes) { return answer(cat(settings, bytes)); };
  CHECK(after(frame(Type::settings, 0, 0, "12345")) == broken("malformed SETTINGS"));
  CHECK(after(frame(Type::settings, flag::ack, 0, "123456")) == broken("malformed SETTINGS"));
  CHECK(after(frame(Type::settings, 0, 1, "")) == broken("malformed SETTINGS"));
  CHECK(after(frame(Type::ping, 0, 0, "1234567")) == broken("malformed PING"));
  CHECK(after(frame(Type::goaway, 0, 0, "1234567")) == broken("malformed GOAWAY"));
  CHECK(after(frame(Type::rst_stream, 0, 3, "1234")) == broken("malformed RST_STREAM"));
  CHECK(after(frame(Type::push_promise, 0, 1, "1234")) ==
        broken("PUSH_PROMISE, which was not allowed"));
  CHECK(after(frame(Type::continuation, 0, 1, "")) == broken("CONTINUATION of nothing"));
  CHECK(after(cat(frame(Type::headers, 0, 1, ""), settings)) ==
        broken("a header block without its end"));
  CHECK(after(cat(frame(Type::headers, 0, 1, ""), frame(Type::continuation, 0, 3, ""))) ==
        broken("malformed CONTINUATION"));
  CHECK(after(frame(Type::headers, last, 3, header_fields)) == broken("malformed HEADERS"));
  CHECK(after(serving) == broken("malformed DATA"));
  CHECK(after(frame(Type::headers, last, 1, "")) == broken("an answer without a status"));
  CHECK(after(frame(Type::headers, last, 1, fields({{":status", "100"}}))) ==
        broken("an answer that ends before it begins"));
  CHECK(after(header + header) == broken("trailers with a status"));
  CHECK(after(cat(header,
                  frame(Type::headers, flag::end_headers, 1, fields({{"grpc-status", "0"}})))) ==
        broken("trailers that do not end the answer"));
  CHECK(after(frame(Type::headers, last, 1, "\xbe")) == broken("a malformed header block"));
  CHECK(after(frame(Type::data, 0, 1, std::string(16385, 'x')).substr(0, 20)) ==
        broken("a frame of 16385 bytes; 16384 are allowed"));
}

TEST_CASE("gRPC: bounds") {
  const auto whole = [](const std::string& bytes) { return closed(cat(settings, bytes)); };
  std::string flood;
  while (flood.size() <= 70'000) flood += frame(Type::ping, 0, 0, "12345678");
  CHECK(whole(flood) == "response/protocol: the answer is larger than 64 KiB");
  const std::string half(10'000, 'x');
  CHECK(whole(cat(frame(Type::headers, 0, 1, half), frame(Type::continuation, 0, 1, half))) ==
        "response/protocol: the header is larger than 16 KiB");
  CHECK(whole(cat(header, frame(Type::data, 0, 1, half))) ==
        "response/protocol: the answer is larger than 4 KiB");
}

TEST_CASE("gRPC: what speaks something else") {
  CHECK(answer("HTTP/1.1 400 Bad Request\r\n") ==
        "response/protocol: the server speaks HTTP/1.1, not HTTP/2: HTTP/1.1 400 Bad Request");
  CHECK(answer("<html>").starts_with("response/protocol: the server speaks HTTP/1, not HTTP/2"));
  CHECK(answer("\x15\3\1") ==
        "response/protocol: the server answered in TLS, not in plain HTTP/2: use grpcs://");
  CHECK(closed("SSH-2.0-x\r\n") ==
        "response/protocol: not a gRPC answer: \"SSH-2.0-x\\r\\n\"; is it SSH?");
  CHECK(closed(header).starts_with("response/protocol: not a gRPC answer: \""));
  CHECK(closed("") ==
        "response/protocol: connection closed without an answer; if the server wants TLS, use "
        "grpcs://");
  CHECK(closed("", "grpc+unix:///s") == "response/protocol: connection closed without an answer");
  CHECK(closed(settings) == "response/protocol: connection closed inside an answer");
  CHECK(closed(settings, "memcached://h").ends_with("is it grpc://?"));
}

TEST_CASE("gRPC: targets") {
  const auto service = [](std::string_view url) {
    return data_of<GrpcTarget>(target_of(url)).service;
  };
  CHECK(service("grpc://h") == "");
  CHECK(service("grpc://h/") == "");
  CHECK(service("grpc://h:1/a.b%20c") == "a.b c");
  CHECK(service("grpc+unix:///s") == "");
  CHECK(service("grpc+unix:///s?service=a%2Eb") == "a.b");
  CHECK(target_of("grpc://h").endpoints.front().port == 50051);
  CHECK(target_of("grpc+unix:///run/s?service=x").endpoints.front().socket == "/run/s");
}
