#include "protocols/exchange.hpp"
#include "support.hpp"

using namespace probe;

namespace {

std::string said(const Secret& bytes) {
  return printable(bytes.reveal());
}

std::string answer(std::string_view bytes, std::string_view url = "memcached://h") {
  return outcome_of(target_of(url), bytes);
}

}  // namespace

TEST_CASE("memcached: what is sent") {
  const Target target = target_of("memcached://u:p%20w@h");
  const auto exchange = target.protocol->make(target);
  CHECK(exchange->begin().has_value());
  CHECK(said(exchange->take_output()) == R"(set probe 0 -1 5\r\nu p w\r\n)");
  CHECK(exchange->feed("STORED\r\n").has_value());
  CHECK(said(exchange->take_output()) == R"(version\r\n)");
  CHECK(exchange->feed("VERSION 1.6.18\r\n").value() == Exchange::Next::done);
  CHECK(said(exchange->take_output()) == R"(quit\r\n)");
}

TEST_CASE("memcached: answers") {
  CHECK(answer("VERSION 1.6.18\r\n") == "memcached 1.6.18");
  CHECK(answer("STORED\r\nVERSION 1\r\n", "memcached://u:p@h") == "memcached 1");
  CHECK(answer("VERS") == "query: no reply to version");
  CHECK(answer("", "memcached://u:p@h") == "login: no answer to the login");
  CHECK(answer("CLIENT_ERROR unauthenticated\r\n") == "login/auth: CLIENT_ERROR unauthenticated");
  CHECK(answer("CLIENT_ERROR authentication failure\r\n", "memcached://u:p@h") ==
        "login/auth: CLIENT_ERROR authentication failure");
  CHECK(answer("SERVER_ERROR busy\r\n") == "query/not_ready: SERVER_ERROR busy");
  CHECK(answer("ERROR Too many open connections\r\n") ==
        "query/not_ready: ERROR Too many open connections");
}

TEST_CASE("memcached: what it is not is told by the first byte") {
  const Target target = target_of("memcached://h");
  const auto exchange = target.protocol->make(target);
  CHECK(exchange->begin().has_value());
  CHECK_FALSE(exchange->feed("J").has_value());
  CHECK(exchange->failure().detail == "not a memcached answer: \"J\"");
}
