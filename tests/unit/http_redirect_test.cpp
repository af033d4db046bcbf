#include "protocols/http/exchange.hpp"
#include "protocols/http/redirect.hpp"
#include "support.hpp"

using namespace probe;

namespace {

std::string shown(const std::expected<Target, Failure>& target) {
  if (!target) return "failure: " + target.error().detail;
  return cat(target->options.method, ' ', target->name, " | ", target->endpoints.front().host, ':',
             target->endpoints.front().port, ' ', data_of<HttpTarget>(*target).path);
}

std::string led(std::string_view from, std::string_view location) {
  return shown(redirected(target_of(from), 302, location));
}

}  // namespace

TEST_CASE("a reference is resolved as in RFC 3986, section 5.4") {
  const auto path = [](std::string_view reference) {
    const auto target = redirected(target_of("http://a/b/c/d;p?q"), 302, reference);
    REQUIRE(target);
    CHECK(target->name == "http://a" + data_of<HttpTarget>(*target).path);
    return data_of<HttpTarget>(*target).path;
  };
  CHECK(path("g") == "/b/c/g");
  CHECK(path("./g") == "/b/c/g");
  CHECK(path("g/") == "/b/c/g/");
  CHECK(path("/g") == "/g");
  CHECK(path("?y") == "/b/c/d;p?y");
  CHECK(path("g?y") == "/b/c/g?y");
  CHECK(path("g?y/../x") == "/b/c/g?y/../x");
  CHECK(path("#s") == "/b/c/d;p?q");
  CHECK(path("") == "/b/c/d;p?q");
  CHECK(path(".") == "/b/c/");
  CHECK(path("..") == "/b/");
  CHECK(path("../g") == "/b/g");
  CHECK(path("../..") == "/");
  CHECK(path("../../g") == "/g");
  CHECK(path("../../../g") == "/g");
  CHECK(path("/./g") == "/g");
  CHECK(path("/../g") == "/g");
  CHECK(path("g.") == "/b/c/g.");
  CHECK(path("..g") == "/b/c/..g");
  CHECK(path("./g/.") == "/b/c/g/");
  CHECK(path("g/../h") == "/b/c/h");
  CHECK(path("g;x=1/../y") == "/b/c/y");
}

TEST_CASE("a redirect to another server") {
  CHECK(led("http://a/x", "http://b:81/y") == "GET http://b:81/y | b:81 /y");
  CHECK(led("http://a/x", "HTTP://b/") == "GET http://b/ | b:80 /");
  CHECK(led("http://a/x", "//b/y") == "GET http://b/y | b:80 /y");
  CHECK(led("http+unix://%2Frun%2Fa.sock/x", "/y") == "GET http+unix://%2Frun%2Fa.sock/y | :0 /y");
  CHECK(led("http://a/x", "ftp://b/y") == "failure: redirected to ftp://b/y, which is not HTTP");
  CHECK(led("http://a/x", "mailto:b") == "failure: redirected to mailto:b, which is not HTTP");
  CHECK(led("http://a/x", "http://:99999/").starts_with("failure: redirected to http://:99999/: "));
  CHECK(
      led("http://a/x", "http://u:pw@b/?token=t\x1b") ==
      "failure: redirected to http://u@b/?…: a space or control character must be percent-encoded");
}

TEST_CASE("what the user gives stays with the server that it was meant for") {
  CheckOptions options;
  options.headers = {
      {"Authorization", Secret("x")}, {"cookie", Secret("y")}, {"X-A", Secret("pass word")}};
  options.server_name = "name";
  const Target from = target_of("http://u:p@a/x", options);
  for (const char* same : {"/y", "http://a/y", "http://A:80/y"}) {
    const auto target = redirected(from, 302, same);
    REQUIRE(target);
    CHECK(target->user == "u");
    REQUIRE(target->password);
    CHECK(target->options.headers.size() == 3);
    CHECK(target->options.server_name == "name");
  }
  const auto named = redirected(from, 302, "/pass%20word");
  REQUIRE(named);
  CHECK(named->name == "http://u@a/***");
  CHECK(conceal("pass word", *named) == "***");
  for (const char* other : {"http://a:81/y", "http://b/y", "http+unix://%2Fx/"}) {
    const auto target = redirected(from, 302, other);
    if (!target) continue;
    CHECK_FALSE(target->user);
    CHECK_FALSE(target->password);
    CHECK(target->options.headers.empty());
    CHECK(target->options.server_name.empty());
    // Should the other server repeat them, they stay concealed.
    CHECK(conceal("pass word, value", *target) == "***, value");
  }
  CHECK_FALSE(redirected(from, 302, "http+unix://%2Fx/"));
}

TEST_CASE("which redirects keep method and content") {
  const auto after = [](std::string_view method, int status, std::string_view to = "/x") {
    CheckOptions options;
    options.method = method;
    options.given.insert(CheckOption::method);
    options.data = Secret("data");
    const auto target = redirected(target_of("http://a/", options), status, to);
    if (!target) return target.error().detail;
    return cat(target->options.method, target->options.data ? " with data" : "");
  };
  CHECK(after("POST", 301) == "GET");
  CHECK(after("POST", 302) == "GET");
  CHECK(after("POST", 303) == "GET");
  CHECK(after("POST", 307) == "POST with data");
  CHECK(after("POST", 308) == "POST with data");
  CHECK(after("PUT", 302) == "PUT with data");
  CHECK(after("PUT", 303) == "GET");
  CHECK(after("HEAD", 303) == "HEAD with data");
  CHECK(after("POST", 302, "http://b/") == "GET");
  for (const char* other : {"http://b/", "http://a:81/", "//b/"}) {
    INFO(other);
    CHECK(after("POST", 307, other).ends_with(", another server, with the content for this one"));
    CHECK(after("PUT", 302, other).ends_with(", another server, with the content for this one"));
  }
}
