#include "report/report.hpp"

#include "catch.hpp"

using namespace probe;
using namespace std::chrono_literals;

namespace {

Result result_of(const Target& target, Outcome outcome, unsigned attempts = 1) {
  return {.target = &target,
          .outcome = std::move(outcome),
          .attempts = attempts,
          .elapsed = 1234us,
          .total = 2s};
}

}  // namespace

TEST_CASE("text: one line that says what, and why not") {
  Target target;
  target.name = "http://h/";
  CHECK(format_text(result_of(target, Ready{"200 OK"}), false) ==
        "ready      http://h/  200 OK  1.2ms\n");
  const Failure failure{Stage::login, Reason::auth, "no", "28P01"};
  CHECK(format_text(result_of(target, std::unexpected(failure)), false) ==
        "not ready  http://h/  login: no (28P01)  1.2ms\n");
  CHECK(format_text(result_of(target, Ready{"200 OK"}, 3), false) ==
        "ready      http://h/  200 OK  1.2ms  (3 attempts, 2.00s)\n");
  CHECK(format_text(result_of(target, Ready{"200 OK"}), true) ==
        "\x1b[32mready\x1b[0m      http://h/  200 OK  1.2ms\n");
}

TEST_CASE("json: one object on one line") {
  Target target;
  target.name = "http://h/\"";
  CHECK(format_json(result_of(target, Ready{"200 OK"})) ==
        "{\"target\":\"http://h/\\\"\",\"ready\":true,\"detail\":\"200 "
        "OK\",\"attempts\":1,\"elapsed_ms\":1.234,"
        "\"total_ms\":2000.000}\n");
  const Failure failure{Stage::connect, Reason::refused, "connection refused", "[::1]:1"};
  CHECK(format_json(result_of(target, std::unexpected(failure))) ==
        "{\"target\":\"http://h/"
        "\\\"\",\"ready\":false,\"stage\":\"connect\",\"reason\":\"refused\",\"detail\":"
        "\"connection "
        "refused\",\"code\":\"[::1]:1\",\"attempts\":1,\"elapsed_ms\":1.234,\"total_ms\":2000.000}"
        "\n");
}

TEST_CASE("the live line of a wait fits the terminal") {
  Target one;
  one.name = "tcp://a:1";
  Target other;
  other.name = "http://ä/x";
  const std::array both{&one, &other};
  const std::span<const Target* const> first(both.data(), 1);
  CHECK(format_waiting(1'299ms, first, 1, 79) == "waiting 1.2s for tcp://a:1");
  CHECK(format_waiting(75'000ms, first, 2, 79) == "waiting 75.0s for 1 of 2: tcp://a:1");
  const std::string_view whole = "waiting 0.1s for 2 of 2: tcp://a:1, http://ä/x";
  // `ä` may be as wide as two letters.
  CHECK(format_waiting(100ms, both, 2, 47) == whole);
  CHECK(format_waiting(100ms, both, 2, 46) == "waiting 0.1s for 2 of 2: tcp://a:1, http://ä…");
  CHECK(format_waiting(100ms, both, 2, 45) == "waiting 0.1s for 2 of 2: tcp://a:1, http://…");
  CHECK(format_waiting(100ms, both, 2, 40) == "0.1s 2 of 2: tcp://a:1, http://ä/x");
  CHECK(format_waiting(12'345ms, first, 1, 19) == "12.3s tcp://a:1");
  CHECK(format_waiting(100ms, both, 2, 8) == "0.1s 2 …");
  CHECK(format_waiting(100ms, both, 2, 1) == "…");
  CHECK(format_waiting(100ms, both, 2, 0).empty());
}
