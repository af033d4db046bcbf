#include "protocols/exchange.hpp"
#include "support.hpp"

using namespace probe;

namespace {

constexpr std::string_view info = "INFO {\"version\":\"2.9.10\",\"max_payload\":1048576} \r\n";

std::string answer(std::string_view bytes, std::string_view url = "nats://h", bool ends = false) {
  return outcome_of(target_of(url), bytes, ends);
}

std::string sent(std::string_view url) {
  const Target target = target_of(url);
  const auto exchange = target.protocol->make(target);
  CHECK(exchange->begin().has_value());
  CHECK(exchange->take_output().empty());
  CHECK(exchange->feed(info).has_value());
  return exchange->take_output().reveal();
}

}  // namespace

TEST_CASE("NATS: what is sent") {
  const std::string begin =
      R"(CONNECT {"verbose":false,"pedantic":false,"lang":"c++","version":"1","name":"probe","tls_required":false)";
  CHECK(sent("nats://h") == begin + "}\r\nPING\r\n");
  CHECK(sent("nats://u:p%22w@h") == begin + R"(,"user":"u","pass":"p\"w")" + "}\r\nPING\r\n");
  CHECK(sent("nats://token@h") == begin + R"(,"auth_token":"token")" + "}\r\nPING\r\n");
}

TEST_CASE("NATS: answers") {
  CHECK(answer(cat(info, "PONG\r\n")) == "NATS 2.9.10");
  CHECK(answer(cat(info, "+OK\r\nPING\r\n", info, "PONG\r\n")) == "NATS 2.9.10");
  CHECK(answer("") == "response: no INFO");
  CHECK(answer(info) == "query: no reply to PING");
  CHECK(answer(info, "nats://t@h") == "login: no reply to PING");
  CHECK(answer(cat(info, "-ERR 'Authorization Violation'\r\n")) ==
        "login/auth: Authorization Violation");
  CHECK(answer(cat(info, "-ERR 'Authentication Timeout'\r\n")) ==
        "query/not_ready: Authentication Timeout");
  CHECK(answer("-ERR 'maximum connections exceeded'\r\n") ==
        "response/not_ready: maximum connections exceeded");
  CHECK(answer(info, "nats://t@h", true) ==
        "login/protocol: connection closed without a reply to PING");
}

TEST_CASE("NATS: a server that is about to stop") {
  constexpr std::string_view lame = "not_ready: the server is about to stop (lame duck mode)";
  CHECK(answer("INFO {\"ldm\":true}\r\n") == cat("response/", lame));
  CHECK(answer(cat(info, "INFO {\"ldm\": true}\r\nPONG\r\n")) == cat("query/", lame));
  CHECK(answer(R"(INFO {"name":"\"ldm\":true","ldm":false,"x":{"ldm":true}})"
               "\r\nPONG\r\n") == "NATS ");
}

TEST_CASE("NATS: TLS") {
  CHECK(answer("INFO {\"tls_required\":true}\r\n") ==
        "response/protocol: the server requires TLS: nats+tls://");
  CHECK(answer("INFO {\"tls_available\":true}\r\nPONG\r\n") == "NATS ");
}

TEST_CASE("NATS: what is not its") {
  CHECK(answer("HTTP/1.1").starts_with("response/protocol: not a NATS answer"));
  CHECK(answer("PONG\r\n").starts_with("response/protocol: not a NATS answer"));
  CHECK(answer("INFO nothing\r\n").starts_with("response/protocol: not a NATS answer"));
  const std::string deep =
      cat("INFO {\"a\":", std::string(10000, '['), std::string(10000, ']'), "}\r\n");
  const Target target = target_of("nats://h");
  const auto exchange = target.protocol->make(target);
  CHECK(exchange->begin().has_value());
  CHECK_FALSE(exchange->feed(deep).has_value());
  const auto endless = target.protocol->make(target);
  CHECK(endless->begin().has_value());
  CHECK_FALSE(endless->feed(cat("INFO {", std::string(40000, 'x'))).has_value());
}

TEST_CASE("NATS: URLs") {
  CHECK(complaint_about("nats://:p@h").contains("nats://token@host"));
  CHECK(complaint_about("nats://h/x").contains("takes no path or query"));
  CHECK(target_of("nats://token@h").name == "nats://***@h");
  CHECK(target_of("nats://u:p@h").name == "nats://u@h");
}
