#include "target/url.hpp"

#include "catch.hpp"

using namespace probe;

TEST_CASE("parse_url splits every part") {
  const auto url = parse_url("https://u:p%40@example.org:8443/a/b?c=d&e#f=g");
  REQUIRE(url);
  CHECK(url->scheme == "https");
  CHECK(url->userinfo == "u:p%40");
  CHECK(url->host == "example.org");
  CHECK(url->port == "8443");
  CHECK(url->path == "/a/b");
  CHECK(url->query == "c=d&e");
  CHECK(url->fragment == "f=g");
}

TEST_CASE("parse_url leaves out what is absent") {
  const auto url = parse_url("http://h");
  REQUIRE(url);
  CHECK(url->host == "h");
  CHECK_FALSE(url->userinfo);
  CHECK_FALSE(url->port);
  CHECK(url->path.empty());
  CHECK_FALSE(url->query);
}

TEST_CASE("parse_url takes IPv6 literals in brackets only") {
  const auto url = parse_url("http://[fe80::1%25eth0]:8080/");
  REQUIRE(url);
  CHECK(url->host == "fe80::1%25eth0");
  CHECK(url->port == "8080");
  CHECK(parse_url("http://::1:8080/").error().text ==
        "an IPv6 address needs brackets, as in [::1]:8080");
  CHECK_FALSE(parse_url("http://[::1/"));
  CHECK_FALSE(parse_url("http://[::1]8080/"));
}

TEST_CASE("parse_url refuses what no host or path can hold") {
  for (const auto* text : {"", "http:/x", "://x", "http://a b/", "http://a\n/", "http://h/a b",
                           "http://h/\x01", "http://h<x>/", "http://h/?a=\n"}) {
    INFO(text);
    CHECK_FALSE(parse_url(text));
  }
}

TEST_CASE("percent_decode") {
  CHECK(percent_decode("a%20b%2Fc") == "a b/c");
  CHECK(percent_decode("").value().empty());
  for (const auto* text : {"%", "%2", "%zz", "%00", "a%"}) CHECK_FALSE(percent_decode(text));
}

TEST_CASE("percent_encode_request keeps what is legal") {
  CHECK(percent_encode_request("/a?b=%20&c") == "/a?b=%20&c");
  CHECK(percent_encode_request("/é") == "/%C3%A9");
}

TEST_CASE("parse_port") {
  CHECK(parse_port("1") == 1);
  CHECK(parse_port("65535") == 65535);
  for (const auto* text : {"", "0", "65536", "abc", "-1", "80x", "99999999999999999999"}) {
    INFO(text);
    CHECK_FALSE(parse_port(text));
  }
}

TEST_CASE("certified_name leaves out what is no part of a certificate's name") {
  CHECK(certified_name("db.example") == "db.example");
  CHECK(certified_name("db.example.") == "db.example");
  CHECK(certified_name("fe80::1%eth0") == "fe80::1");
  CHECK(certified_name("fe80::1%eth0.5") == "fe80::1");
  CHECK(certified_name("::1") == "::1");
  CHECK(certified_name("a%b") == "a%b");
  CHECK(certified_name(".").empty());
  CHECK(certified_name("..") == ".");
}
