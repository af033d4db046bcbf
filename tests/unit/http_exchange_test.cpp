#include "protocols/http/exchange.hpp"
#include "support.hpp"

using namespace probe;

namespace {

/// How an answer ends: "200 OK", or "stage: detail". `closed` says that the server closes after it.
std::string judge(const Target& target, const std::vector<std::string_view>& pieces, bool closed) {
  HttpExchange exchange(target);
  for (const auto piece : pieces) {
    const auto fed = exchange.feed(piece);
    if (!fed) return cat(name(exchange.failure().stage), ": ", exchange.failure().detail);
    if (*fed == Exchange::Next::done) {
      const Outcome outcome = exchange.outcome();
      return outcome ? outcome->detail
                     : cat(name(outcome.error().stage), ": ", outcome.error().detail);
    }
  }
  if (!closed) return cat("waiting: ", exchange.awaited());
  if (const auto end = exchange.end(false); !end) return exchange.failure().detail;
  const Outcome outcome = exchange.outcome();
  return outcome ? outcome->detail : outcome.error().detail;
}

std::string answer(std::string_view bytes, bool closed = false, CheckOptions options = {}) {
  const Target target = target_of("http://h/", std::move(options));
  return at_every_split(bytes, [&](const auto& pieces) { return judge(target, pieces, closed); });
}

}  // namespace

TEST_CASE("HTTP: every way to frame a body") {
  CHECK(answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") == "200 OK");
  CHECK(answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n") == "200 OK");
  CHECK(answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nhi\r\n0\r\nT: "
               "1\r\n\r\n") == "200 OK");
  CHECK(answer("HTTP/1.1 200 OK\r\n\r\nup to the end", true) == "200 OK");
  CHECK(answer("HTTP/1.0 200 OK\r\n\r\n", true) == "200 OK");
  CHECK(answer("HTTP/1.1 204 No Content\r\n\r\n") == "204 No Content");
  CHECK(answer("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n") == "304 Not Modified");
  CHECK(answer("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n") == "200");
}

TEST_CASE("HTTP: a body up to the end is incomplete if the end is not the peer's word") {
  const auto judged = [](std::string_view bytes) {
    const Target target = target_of("http://h/");
    HttpExchange exchange(target);
    if (exchange.feed(bytes).value() == Exchange::Next::done) return std::string("complete before");
    const auto end = exchange.end(true);
    return end ? "complete" : exchange.failure().detail;
  };
  CHECK(judged("HTTP/1.1 200 OK\r\n\r\nall") ==
        "connection closed inside the body, after 3 bytes, without TLS's close_notify");
  CHECK(judged("HTTP/1.1 200 OK\r\n\r\n") ==
        "connection closed inside the body, after 0 bytes, without TLS's close_notify");
  CHECK(judged("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nh") ==
        "connection closed inside the body, after 1 bytes");
  CHECK(judged("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi") == "complete before");
}

TEST_CASE("HTTP: a HEAD response has no body") {
  CheckOptions options;
  options.method = "HEAD";
  CHECK(answer("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n", false, options) == "200 OK");
}

TEST_CASE("HTTP: interim responses come before the final one") {
  CHECK(answer("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n"
               "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n") == "response: 503 Busy");
  CHECK(answer("HTTP/1.1 100 Continue\r\n\r\n") == "waiting: header not complete");
  CHECK(answer("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n") ==
        "response: 101 Switching Protocols");
}

TEST_CASE("HTTP: the status decides") {
  CHECK(answer("HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n") == "302 Found");
  CHECK(answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") == "response: 404 Not Found");
  CheckOptions options;
  options.status = *StatusSet::parse("404");
  CHECK(answer("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", false, options) ==
        "404 Not Found");
  CHECK(answer("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", false, options) ==
        "response: 200 OK");
}

TEST_CASE("HTTP: an answer that breaks off is not ready") {
  CHECK(answer("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", true) ==
        "connection closed inside the body, after 2 bytes");
  CHECK(answer("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi", true) ==
        "connection closed inside the body, after 2 bytes");
  CHECK(answer("HTTP/1.1 200 OK\r\nConte", true) == "connection closed inside the header");
  const Target target = target_of("http://h/");
  CHECK(judge(target, {}, true) == "connection closed without an answer");
}

TEST_CASE("HTTP: what is awaited") {
  const Target target = target_of("http://h/");
  CHECK(judge(target, {}, false) == "waiting: no answer");
  CHECK(judge(target, {"HTTP/1.1 200 OK\r\n"}, false) == "waiting: header not complete");
  CHECK(judge(target, {"HTTP/1.1 200 OK\r\n\r\nx"}, false) == "waiting: body not complete");
}

TEST_CASE("HTTP: what is no HTTP is shown") {
  const Target target = target_of("http://h/");
  CHECK(judge(target, {"SSH-2.0-OpenSSH\r\n"}, false) ==
        "response: not an HTTP answer: \"SSH-2.0-OpenSSH\\r\\n\"; is it SSH?");
  CHECK(judge(target, {"\x15\x03\x01"}, false) ==
        "response: the server answered in TLS, not in plain HTTP: use https://");
  CHECK(judge(target, {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n"}, false)
            .starts_with("response: invalid HTTP"));
}

TEST_CASE("HTTP: what a server sends is bounded") {
  const Target target = target_of("http://h/");
  const std::string line = cat("X: ", std::string(1000, 'x'), "\r\n");
  std::vector<std::string_view> endless{"HTTP/1.1 200 OK\r\n"};
  endless.insert(endless.end(), 1000, line);
  CHECK(judge(target, endless, false) == "response: the header is larger than 64 KiB");
  const std::string body(64 * 1024, 'x');
  std::vector<std::string_view> large{"HTTP/1.1 200 OK\r\n\r\n"};
  large.insert(large.end(), 16, body);
  CHECK(judge(target, large, false) == "200 OK");
  std::vector<std::string_view> interim(10000, "HTTP/1.1 100 Continue\r\n\r\n");
  CHECK(judge(target, interim, false) == "response: the header is larger than 64 KiB");
}

TEST_CASE("HTTP: the status text of a hostile server cannot reach the terminal") {
  const Target target = target_of("http://h/");
  const std::string got =
      judge(target, {"HTTP/1.1 500 \x1b[2Jgone\r\nContent-Length: 0\r\n\r\n"}, false);
  CHECK(got.find('\x1b') == std::string::npos);
}

TEST_CASE("HTTP: the request") {
  CHECK(http_request(target_of("http://h/a?b")).reveal() ==
        cat("GET /a?b HTTP/1.1\r\nHost: h\r\nUser-Agent: probe/", PROBE_VERSION,
            "\r\nAccept: */*\r\nConnection: close\r\n\r\n"));
}

TEST_CASE("HTTP: Host as RFC 9112 wants it") {
  const auto host = [](std::string_view url) {
    const std::string request = http_request(target_of(url)).reveal();
    const std::size_t start = request.find("Host: ") + 6;
    return request.substr(start, request.find('\r', start) - start);
  };
  CHECK(host("http://h:80/") == "h");
  CHECK(host("http://h:8080/") == "h:8080");
  CHECK(host("http://[::1]:8080/") == "[::1]:8080");
  CHECK(host("http://[fe80::1%25lo]/") == "[fe80::1]");
  CHECK(host("http+unix://%2Frun%2Fx.sock/") == "localhost");
}

TEST_CASE("HTTP: credentials and header fields of the user's") {
  CHECK(http_request(target_of("http://Aladdin:open%20sesame@h/"))
            .reveal()
            .find("Authorization: Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==\r\n") != std::string::npos);
  CheckOptions options;
  options.headers = {{"host", Secret("other")}, {"Accept", Secret("")}, {"X-A", Secret("1")}};
  const std::string request = http_request(target_of("http://h/", options)).reveal();
  CHECK(request.find("host: other\r\n") != std::string::npos);
  CHECK(request.find("Host: h") == std::string::npos);
  CHECK(request.find("Accept") == std::string::npos);
  CHECK(request.find("X-A: 1\r\n") != std::string::npos);
}

TEST_CASE("HTTP: a socket's path is percent-encoded in the URL") {
  CHECK(target_of("http+unix://%2Frun%2Fapp.sock/x").endpoints.front().socket == "/run/app.sock");
  CHECK(data_of<HttpTarget>(target_of("http+unix://%2Frun%2Fapp.sock/x")).path == "/x");
  CHECK(complaint_about(cat("http+unix://%2F", std::string(120, 'a'), "/"))
            .starts_with("the socket's path has 121"));
}

TEST_CASE("HTTP: expectations are judged after the status") {
  const auto expecting = [](Parsed<Expectation> expectation) {
    CheckOptions options;
    options.expectations.push_back(*std::move(expectation));
    return options;
  };
  constexpr std::string_view good =
      "HTTP/1.1 200 OK\r\nX-State: ready\r\nTransfer-Encoding: chunked\r\n\r\n"
      "9\r\n{\"a\":\"b\"}\r\n0\r\nX-Trailer: t\r\n\r\n";
  CHECK(answer(good, false, expecting(Expectation::json("/a=b"))) == "200 OK");
  CHECK(answer(good, false, expecting(Expectation::json("/a=c"))) ==
        "expect: wanted /a to be c, got \"b\"");
  CHECK(answer(good, false, expecting(Expectation::header("x-state=ready"))) == "200 OK");
  CHECK(answer(good, false, expecting(Expectation::header("X-Trailer=t"))) ==
        "expect: wanted \"t\" in header X-Trailer, got nothing");
  CHECK(answer("HTTP/1.1 103 Early Hints\r\nX-State: ready\r\n\r\nHTTP/1.1 200 OK\r\n"
               "Content-Length: 0\r\n\r\n",
               false, expecting(Expectation::header("x-state=ready"))) ==
        "expect: wanted \"ready\" in header x-state, got nothing");
  CHECK(answer("HTTP/1.1 500 No\r\nContent-Length: 2\r\n\r\nok", false,
               expecting(Expectation::body("ok"))) == "response: 500 No");
  CHECK(answer("HTTP/1.1 200 OK\r\n\r\nok", true, expecting(Expectation::body("ok"))) == "200 OK");
}

TEST_CASE("HTTP: of an endless body the first MiB is judged") {
  CheckOptions options;
  options.expectations.push_back(*Expectation::body("needle"));
  const Target target = target_of("http://h/", options);
  const std::string more(std::size_t{1024} * 1024, 'x');
  CHECK(judge(target, {"HTTP/1.1 200 OK\r\n\r\nneedle", more}, false) == "200 OK");
  CHECK(judge(target, {"HTTP/1.1 200 OK\r\n\r\n", more, "needle"}, false)
            .starts_with("expect: wanted \"needle\" in the first 1 MiB of the body, got \"xxx"));
}

TEST_CASE("HTTP: a redirect is followed where asked for") {
  const auto redirect = [](std::string_view bytes, bool asked) {
    CheckOptions options;
    options.location = asked;
    const Target target = target_of("http://h/", options);
    HttpExchange exchange(target);
    CHECK(exchange.feed(bytes).value() == Exchange::Next::done);
    return exchange.redirect().value_or("none");
  };
  constexpr std::string_view moved =
      "HTTP/1.1 301 Moved\r\nlocation:  /there \r\nContent-Length: 0\r\n\r\n";
  CHECK(redirect(moved, true) == "/there");
  CHECK(redirect(moved, false) == "none");
  CHECK(redirect("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", true) == "none");
  CHECK(redirect("HTTP/1.1 201 Created\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", true) ==
        "none");
}

TEST_CASE("HTTP: the request has the content") {
  CheckOptions options;
  options.data = Secret("a=b&c");
  const std::string request = http_request(target_of("http://h/", options)).reveal();
  CHECK(request.starts_with("POST / HTTP/1.1\r\n"));
  CHECK(request.find("\r\nContent-Type: application/x-www-form-urlencoded\r\n") !=
        std::string::npos);
  CHECK(request.find("\r\nContent-Length: 5\r\n") != std::string::npos);
  CHECK(request.ends_with("\r\n\r\na=b&c"));
  options.headers.emplace_back("content-type", Secret("application/json"));
  options.method = "PUT";
  options.given.insert(CheckOption::method);
  const std::string put = http_request(target_of("http://h/", options)).reveal();
  CHECK(put.starts_with("PUT / HTTP/1.1\r\n"));
  CHECK(put.find("urlencoded") == std::string::npos);
}
