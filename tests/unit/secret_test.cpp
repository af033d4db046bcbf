#include "base/secret.hpp"

#include "support.hpp"

#include <type_traits>

using namespace probe;

TEST_CASE("a Secret cannot be formatted by accident") {
  STATIC_REQUIRE_FALSE(std::is_convertible_v<Secret, std::string>);
  STATIC_REQUIRE_FALSE(std::is_convertible_v<Secret, std::string_view>);
  STATIC_REQUIRE_FALSE(std::is_constructible_v<Piece, Secret>);
  CHECK(Secret("s3cret").reveal() == "s3cret");
}

TEST_CASE("a Secret leaves nothing behind in what it was moved from") {
  Secret from("s3cret");  // short enough to be stored in the object itself
  const auto* bytes = reinterpret_cast<const char*>(&from);
  const Secret to(std::move(from));
  CHECK(std::string_view(bytes, sizeof from).find("s3cret") == std::string_view::npos);
  CHECK(to.reveal() == "s3cret");
}

TEST_CASE("conceal replaces what a peer repeats") {
  CheckOptions options;
  options.headers = {{"X-Token", Secret("t0ken")}};
  const Target target = target_of("http://user:s3cret@h/", options);
  CHECK(conceal("s3cret t0ken user s3cret", target) == "*** *** user ***");
}

TEST_CASE("conceal comes to an end when a secret is its own mask") {
  CHECK(conceal("a *** b", target_of("http://user:***@h/")) == "a *** b");
}

TEST_CASE("conceal leaves what is in the target's name, or too short to be told from other text") {
  CHECK(conceal("the app failed", target_of("postgres://app:app@h/app")) == "the app failed");
  CHECK(conceal("a bad day", target_of("redis://:a@h")) == "a bad day");
}
