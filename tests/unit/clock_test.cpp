#include "base/clock.hpp"

#include "catch.hpp"

using namespace probe;
using namespace std::chrono_literals;

TEST_CASE("parse_duration reads units and plain seconds") {
  CHECK(parse_duration("500ms") == 500ms);
  CHECK(parse_duration("3s") == 3s);
  CHECK(parse_duration("1m30s") == 90s);
  CHECK(parse_duration("1h2m3s4ms") == 3'723'004ms);
  CHECK(parse_duration("2") == 2s);
  CHECK(parse_duration("0.5") == 500ms);
  CHECK(parse_duration("1.5s") == 1500ms);
  CHECK(parse_duration("0") == 0s);
}

TEST_CASE("parse_duration refuses everything else") {
  for (const auto* text : {"", "s", "-1s", "3x", "1s2m", "1s1s", "1.2.3s", "1.", ".", "1..5", "3 s",
                           " 3s", "1e3", "99999999999999999999", "9999999h", "1m-3s", "٣s"}) {
    INFO(text);
    CHECK_FALSE(parse_duration(text));
  }
}

TEST_CASE("format_elapsed is short and never rounds to a wrong unit") {
  CHECK(format_elapsed(0us) == "0.0ms");
  CHECK(format_elapsed(1234us) == "1.2ms");
  CHECK(format_elapsed(999'949us) == "999.9ms");
  CHECK(format_elapsed(999'999us) == "1.00s");
  CHECK(format_elapsed(59'994'000us) == "59.99s");
  CHECK(format_elapsed(59'999'000us) == "1m00s");
  CHECK(format_elapsed(125s) == "2m05s");
}

TEST_CASE("format_duration is what the user may have typed") {
  CHECK(format_duration(3s) == "3s");
  CHECK(format_duration(500ms) == "500ms");
  CHECK(format_duration(999'999us) == "1s");  // a bound measured a moment later
  CHECK(format_duration(1500ms) == "1.5s");
  CHECK(format_duration(1250ms) == "1.25s");
  CHECK(format_duration(90s) == "1m30s");
  CHECK(format_duration(3600s) == "1h");
  CHECK(format_duration(3661s) == "1h1m1s");
}
