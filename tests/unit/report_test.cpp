#include "report/report.hpp"

#include <catch2/catch.hpp>

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
