#include "protocols/exchange.hpp"
#include "support.hpp"

using namespace probe;
using namespace std::string_literals;

namespace {

std::string sent(std::string_view url) {
  const Target target = target_of(url);
  const auto exchange = target.protocol->make(target);
  CHECK(exchange->begin().has_value());
  return exchange->take_output().reveal();
}

std::string answer(std::string_view bytes) {
  return outcome_of(target_of("mqtt://h"), bytes);
}

}  // namespace

TEST_CASE("MQTT: what is sent") {
  CHECK(sent("mqtt://h") == "\x10\x0c\0\4MQTT\4\2\0\x0a\0\0"s);
  CHECK(sent("mqtt://u:pw@h?clientId=c%20d") == "\x10\x16\0\4MQTT\4\xc2\0\x0a\0\3c d\0\1u\0\2pw"s);
  CHECK(sent("mqtt://token@h/") == "\x10\x13\0\4MQTT\4\x82\0\x0a\0\0\0\5token"s);
  CHECK(
      sent(cat("mqtt://u:", std::string(200, 'x'), "@h")).starts_with("\x10\xd9\1\0\4MQTT\4\xc2"s));
}

TEST_CASE("MQTT: answers") {
  CHECK(answer("\x20\2\0\0"s) == "connection accepted");
  CHECK(answer("\x20\x03\0\0\0"s) == "connection accepted");
  CHECK(answer("\x20\2\0"s) == "login: no CONNACK");
  CHECK(answer("\x20\2\0\1"s) == "login/not_ready 1: unacceptable protocol version");
  CHECK(answer("\x20\2\0\2"s) == "login/not_ready 2: client identifier rejected");
  CHECK(answer("\x20\2\0\3"s) == "login/not_ready 3: server unavailable");
  CHECK(answer("\x20\2\0\4"s) == "login/auth 4: bad user name or password");
  CHECK(answer("\x20\2\0\5"s) == "login/auth 5: not authorized");
  CHECK(answer("\x20\2\0\x7f"s) == "login/not_ready 127: connection refused");
  CHECK(answer("\x20\3\0\x84\0"s) == "login/not_ready 132: unsupported protocol version");
  CHECK(answer("\x20\3\0\x87\0"s) == "login/auth 135: not authorized");
}

TEST_CASE("MQTT: what is not its") {
  constexpr std::string_view foreign = "login/protocol: not an MQTT answer";
  CHECK(answer("\x30").starts_with(foreign));
  CHECK(answer("\x20\1\0"s).starts_with(foreign));
  CHECK(answer("\x20\x80\x80\x80\x80\1").starts_with(foreign));
  CHECK(answer("\x20\xff\xff\xff\x7f") == "login/protocol: the answer is larger than 64 KiB");
}

TEST_CASE("MQTT: URLs") {
  CHECK(complaint_about("mqtt://:p@h").contains("mqtt://user:password@host"));
  CHECK(complaint_about("mqtt://h/topic") ==
        "a mqtt:// target takes no path or query but ?clientId=");
  CHECK(complaint_about("mqtt://h?clientId=a&keepalive=1").contains("takes no path or query but"));
  CHECK(complaint_about("mqtt://h?clientId=%z").contains("clientId"));
  CHECK(complaint_about(cat("mqtt://h?clientId=", std::string(65536, 'x'))).contains("65535"));
  CHECK(target_of("mqtt://token@h").name == "mqtt://***@h");
}
