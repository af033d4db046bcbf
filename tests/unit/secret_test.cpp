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

TEST_CASE("a Secret takes the text and leaves none of it behind") {
  for (const std::string_view text : {"s3cret", "s3cret, and too long to stand in the object"}) {
    std::string from(text);
    const auto* bytes = reinterpret_cast<const char*>(&from);
    const Secret secret(std::move(from));
    CHECK(std::string_view(bytes, sizeof from).find("s3cret") == std::string_view::npos);
    CHECK(secret.reveal() == text);
  }
}

TEST_CASE("copies of a Secret share one text") {
  const Secret one("s3cret");
  const Secret other = one;  // NOLINT(performance-unnecessary-copy-initialization)
  CHECK(other.reveal().data() == one.reveal().data());
  CHECK(Secret().reveal().empty());
}

TEST_CASE("conceal replaces what a peer repeats") {
  CheckOptions options;
  options.headers = {{"X-Token", Secret("t0ken")}};
  const Target target = target_of("http://user:s3cret@h/", options);
  CHECK(conceal("s3cret t0ken user s3cret", target) == "*** *** user ***");
}

TEST_CASE("a user of HTTP without password may be a token") {
  for (const auto* url : {"http://t0ken@h/", "http://t0ken:@h/"}) {
    const Target target = target_of(url);
    CHECK(target.name == "http://***@h/");
    CHECK(conceal("t0ken dDBrZW46", target) == "*** ***");  // base64 of "t0ken:"
  }
}

TEST_CASE("conceal comes to an end when a secret is its own mask") {
  CHECK(conceal("a *** b", target_of("http://user:***@h/")) == "a *** b");
}

TEST_CASE("conceal leaves what is in the target's name, or too short to be told from other text") {
  CHECK(conceal("the app failed", target_of("postgres://app:app@h/app")) == "the app failed");
  CHECK(conceal("a bad day", target_of("redis://:a@h")) == "a bad day");
}

TEST_CASE("conceal knows a secret however its characters are escaped") {
  const std::vector<Secret> secrets{Secret("p@ss \"w\xc3\xb6rd\"/%41\n")};
  for (const auto* text :
       {"p@ss \"w\xc3\xb6rd\"/%41\n", "p%40ss%20%22w%C3%B6rd%22%2F%2541%0A",
        "p%40ss+%22w%c3%b6rd%22%2f%2541%0a", R"(p@ss \"w\u00F6rd\"\/%41\n)",
        R"(p\u0040ss \u0022w\u00f6rd\u0022/%41\u000a)", R"(p@ss "w\xc3\xb6rd"/%41\x0a)"}) {
    INFO(text);
    CHECK(conceal(cat("a ", text, " b"), secrets) == "a *** b");
  }
  const std::vector<Secret> word{Secret("a&b\"c<d>e'/f")};
  for (const auto* text : {"a&amp;b&quot;c&lt;d&gt;e&#39;/f", "a&#38;b&#34;c&#x3c;d&#X3E;e&apos;/f",
                           "a%2526b%2522c%253Cd%253Ee%2527%252Ff", "a&b\"c<d>e'%25252ff"}) {
    INFO(text);
    CHECK(conceal(cat("x ", text, " y"), word) == "x *** y");
  }
  const std::vector<Secret> stars{Secret("***"), Secret("\xf0\x9f\x99\x82 smile")};
  CHECK(conceal(R"(****** \ud83d\ude42 smile \u00)", stars) == "****** *** \\u00");
}

TEST_CASE("conceal knows the parts of a header that a peer may repeat alone") {
  CheckOptions options;
  options.headers = {{"Authorization", Secret("Bearer t0ken")},
                     {"Cookie", Secret("a=first; session=s3cond")}};
  const Target target = target_of("http://h/", options);
  CHECK(conceal("no such token: t0ken; s3cond, first", target) == "no such token: ***; ***, ***");
}

TEST_CASE("an excerpt is cut behind the concealing, never through a secret") {
  const Target target = target_of("redis://:SUPERSECRETTOKEN@h");
  for (std::size_t before = 0; before < 70; ++before) {
    const std::string text = std::string(before, 'x') + "SUPERSECRETTOKEN" + std::string(50, 'y');
    CHECK(excerpt(text, target, 60).find("SUP") == std::string::npos);
    CHECK(excerpt(text, target, 60).size() <= 63);
  }
  // Cut by somebody else
  CHECK(conceal("got \"xxSUPERSECRET…\"", target) == "got \"xx***…\"");
  CHECK(conceal("got \"xxSUP…\"", target) == "got \"xx***…\"");
  const Target token = target_of("redis://:SUPERSECRETTOKEN0123456789@h");
  CHECK(conceal("with args beginning with: 'SUPERSECRETTOKEN01' ", token) ==
        "with args beginning with: '***' ");
  const Target bulky = target_of("redis://:" + std::string(5000, 's') + "@h");
  CHECK(excerpt("x" + std::string(4095, 's'), bulky, 60) == "x***");
}
