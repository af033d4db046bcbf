#include "target/expectation.hpp"

#include "catch.hpp"
#include "target/target.hpp"

using namespace probe;

namespace {

using Make = Parsed<Expectation>(std::string_view);

/// What is unmet of an expectation, or its usage error.
std::string unmet(Make* make, std::string_view text, const Answer& answer) {
  const auto expectation = make(text);
  if (!expectation) return "usage: " + expectation.error().text;
  return expectation->unmet(answer, Target()).value_or("");
}

std::string of_body(Make* make, std::string_view text, std::string body) {
  return unmet(make, text, {.headers = {}, .body = std::move(body)});
}

}  // namespace

TEST_CASE("a text in the body") {
  CHECK(of_body(Expectation::body, "ok", "all ok\n").empty());
  CHECK(of_body(Expectation::body, "ok", "all OK") == R"(wanted "ok" in the body, got "all OK")");
  CHECK(of_body(Expectation::body, "ok", "") == "wanted \"ok\" in the body, got nothing");
  CHECK(of_body(Expectation::body, "ok", std::string(100, 'x')) ==
        "wanted \"ok\" in the body, got \"" + std::string(60, 'x') + "…\"");
  CHECK(of_body(Expectation::body, std::string_view("a\0b", 3), std::string("a\0b", 3)).empty());
  CHECK(of_body(Expectation::body, "", "").starts_with("usage: "));
}

TEST_CASE("a regular expression for a line of the body") {
  CHECK(of_body(Expectation::regex, "^ok$", "starting\nok\n").empty());
  CHECK(of_body(Expectation::regex, "up|ready", "ready").empty());
  CHECK(of_body(Expectation::regex, "^[0-9]{3}$", "12\n1234\n") ==
        R"(wanted a match of "^[0-9]{3}$" in the body, got "12\n1234\n")");
  CHECK(of_body(Expectation::regex, "b", std::string("a\0b", 3)).empty());
  for (const char* wrong : {"(", "[", "a{2,1}"})
    CHECK(of_body(Expectation::regex, wrong, "").find("is not a regular expression: ") !=
          std::string::npos);
}

TEST_CASE("a regular expression that would take too long to compile") {
  const auto too_large = [](std::string_view expression) {
    return of_body(Expectation::regex, expression, "").find(" is too large: ") != std::string::npos;
  };
  for (const char* expression :
       {"(a{1,100}){1,100}b", "((ab){16}){17}", "(a?){255}(b*){255}c{3}",
        "((((a{9}){9}){9}){9}){9}", "(a{200}){2,}", "[]a-z]{255}[^]:]{255}x{3}"})
    CHECK(too_large(expression));
  for (const char* expression : {"a{1,255}b", "(a?){255}(b*){255}c{2}", "([[:alpha:]][{}]){99}",
                                 "(ab|c){4}", "\\(a{200}\\){200}", "[(]a{255}[)]{255}"})
    CHECK_FALSE(too_large(expression));
}

TEST_CASE("a JSON value") {
  const auto json = [](std::string_view text, std::string_view value) {
    return of_body(Expectation::json, text, "{\"v\":" + std::string(value) + "}");
  };
  CHECK(json("/v=ok", "\"ok\"").empty());
  CHECK(json("/v=", "\"\"").empty());
  CHECK(json("/v=true", "true").empty());
  CHECK(json("/v=null", "null").empty());
  CHECK(json("/v=1.5", "1.50").empty());
  CHECK(json("/v=100", "1e2").empty());
  CHECK(json("/v=a=b", "\"a=b\"").empty());
  CHECK(json("/v=true", "\"true\"").empty());
  CHECK(json("/v=\"true\"", "\"true\"").empty());
  CHECK(json("/v=\"true\"", "true") == "wanted /v to be \"true\", got true");
  CHECK(json("/v=ok", "\"OK\"") == "wanted /v to be ok, got \"OK\"");
  CHECK(json("/v=1", "2") == "wanted /v to be 1, got 2");
  CHECK(json("/v=1", "\"1.0\"") == "wanted /v to be 1, got \"1.0\"");
  CHECK(json("/v=0x10", "16") == "wanted /v to be 0x10, got 16");
  CHECK(json("/v=ok", "{}") == "wanted /v to be ok, got an object");
  CHECK(json("/v=", "[]") == "wanted /v to be , got an array");
  CHECK(json("/w=ok", "1") == "wanted /w to be ok, got nothing");
  CHECK(json("=ok", "1") == "wanted the document to be ok, got an object");
  CHECK(json("/v=ok", "oops") == R"(wanted /v to be ok, got no JSON but "{"v":oops}")");
  CHECK(of_body(Expectation::json, "/v=ok", "") == "wanted /v to be ok, got no JSON but nothing");
  CHECK(unmet(Expectation::regex, "^ok$", {.headers = {}, .body = "a\r\nok\r\nb"}).empty());
  CHECK_FALSE(unmet(Expectation::regex, "^$", {.headers = {}, .body = "a\r\nb\r"}).empty());
  const Answer cut{.headers = {}, .body = "[1", .cut = true};
  CHECK(unmet(Expectation::json, "/0=1", cut) == "wanted /0 to be 1, got more than 1 MiB");
  for (const char* wrong : {"", "v", "v=1", "/v", "/~2=1"})
    CHECK(json(wrong, "1").starts_with("usage: \""));
}

TEST_CASE("a header field") {
  const Answer answer{.headers = {{"Content-Type", "application/json"}, {"x-a", "1"}, {"X-A", "2"}},
                      .body = ""};
  const auto header = [&](std::string_view text) {
    return unmet(Expectation::header, text, answer);
  };
  CHECK(header("content-type=json").empty());
  CHECK(header("X-A=2").empty());
  CHECK(header("X-A=").empty());
  CHECK(header("X-A=3") == R"(wanted "3" in header X-A, got "1, 2")");
  CHECK(header("X-B=3") == R"(wanted "3" in header X-B, got nothing)");
  CHECK(header("X-B").starts_with("usage: "));
  CHECK(header("=x").starts_with("usage: "));
}
