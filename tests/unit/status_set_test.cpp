#include "target/status_set.hpp"

#include "catch.hpp"

using namespace probe;

TEST_CASE("StatusSet is 200 to 399 unless told otherwise") {
  const StatusSet set;
  CHECK_FALSE(set.contains(199));
  CHECK(set.contains(200));
  CHECK(set.contains(399));
  CHECK_FALSE(set.contains(400));
}

TEST_CASE("StatusSet reads codes, classes and ranges") {
  const auto set = StatusSet::parse("204,3xx, 400-404 ,5XX");
  REQUIRE(set);
  for (const int yes : {204, 300, 399, 400, 404, 500, 599}) CHECK(set->contains(yes));
  for (const int no : {200, 203, 205, 299, 405, 499, 600}) CHECK_FALSE(set->contains(no));
}

TEST_CASE("StatusSet refuses what is none") {
  for (const auto* text :
       {"", ",", "200,", "20", "2000", "abc", "0xx", "299-200", "200-", "-200", "2x", "200-2xx"}) {
    INFO(text);
    CHECK_FALSE(StatusSet::parse(text));
  }
}
