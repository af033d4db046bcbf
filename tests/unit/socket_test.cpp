#include "protocols/exchange.hpp"
#include "support.hpp"

using namespace probe;

namespace {

CheckOptions expecting(std::string_view text, std::string_view data = "") {
  CheckOptions options;
  options.expectations.push_back(*Expectation::body(text));
  if (!data.empty()) options.data = Secret(data);
  return options;
}

/// What is awaited after these bytes, or their end.
std::string answer(std::string_view bytes, const CheckOptions& options, bool end = false) {
  return outcome_of(target_of("tcp://h:1", options), bytes, end);
}

}  // namespace

TEST_CASE("sockets: without an expectation nothing is said or awaited") {
  const Target target = target_of("tcp://h:1");
  const auto exchange = target.protocol->make(target);
  CHECK(exchange->begin().value() == Exchange::Next::done);
  CHECK(exchange->take_output().empty());
  CHECK(exchange->outcome()->detail == "connected");
}

TEST_CASE("sockets: data is sent as it is") {
  const Target target = target_of("tcp://h:1", expecting("x", "a\r\nb"));
  const auto exchange = target.protocol->make(target);
  CHECK(exchange->begin().value() == Exchange::Next::read);
  CHECK(exchange->take_output().reveal() == "a\r\nb");
  CHECK(exchange->awaited() == "no answer");
  CHECK(exchange->sending_stage() == Stage::request);
}

TEST_CASE("sockets: answers") {
  CHECK(answer("220 mx\r\n", expecting("mx\r\n")) == "\"220 mx\"");
  CHECK(answer("554 no\r\n", expecting("220")) ==
        R"(expect: wanted "220" in the answer, got "554 no\r\n")");
  CHECK(
      answer("554", expecting("220"), true) ==
      R"(expect/not_ready: wanted "220" in the answer, got "554", then the connection was closed)");
  CHECK(answer("\x15\x03\x01", expecting("220")) ==
        R"(expect: wanted "220" in the answer, got "\x15\x03\x01"; it speaks TLS: use tls://)");
  CHECK(answer("no user bob, no hunter2", expecting("ok", "login bob hunter2\r\n")) ==
        R"(expect: wanted "ok" in the answer, got "no user ***, no ***")");
}

TEST_CASE("sockets: all that is expected has to come") {
  CheckOptions options = expecting("one");
  options.expectations.push_back(*Expectation::regex("^two$"));
  CHECK(answer("one\ntwo\n", options) == "\"one\"");
  CHECK(answer("one\n", options).starts_with("expect: wanted a match of \"^two$\""));
}

TEST_CASE("sockets: 64 KiB are enough") {
  const Target target = target_of("tcp://h:1", expecting("needle"));
  const auto exchange = target.protocol->make(target);
  auto step = exchange->begin();
  const std::string some(1000, 'x');
  std::size_t sent = 0;
  while (step && sent < 100'000) {
    step = exchange->feed(some);
    sent += some.size();
  }
  CHECK(sent == 66'000);
  CHECK(exchange->failure().detail.starts_with("wanted \"needle\" in the first 64 KiB of"));
}

TEST_CASE("sockets: complaints") {
  const Protocol* tcp = find_protocol("tcp");
  CheckOptions options;
  options.data = Secret(std::string_view("x"));
  const auto target = tcp->parse(*tcp, "tcp://h:1", options);
  REQUIRE_FALSE(target.has_value());
  CHECK(target.error().text.starts_with("--data needs --expect-body or --expect-regex"));
}
