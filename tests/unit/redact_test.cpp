#include "target/redact.hpp"

#include "catch.hpp"
#include "target/url.hpp"

using namespace probe;

TEST_CASE("redact_url hides passwords and keeps the rest") {
  CHECK(redact_url("postgres://app:s3cret@db:5432/app") == "postgres://app@db:5432/app");
  CHECK(redact_url("redis://:s3cret@cache/0") == "redis://cache/0");
  CHECK(redact_url("redis://s3cret@cache") == "redis://***@cache");
  CHECK(redact_url("http://u:a:b@h/p@q?x=1") == "http://u@h/p@q?x=1");
  CHECK(redact_url("http://h/?access_token=s3cret&a=b&PassWord=s3cret") ==
        "http://h/?access_token=***&a=b&PassWord=***");
  CHECK(redact_url("http://h/?p%61ssword=s3cret") == "http://h/?p%61ssword=***");
  CHECK(redact_url("postgres://h/db?password=s3cret&sslmode=require") ==
        "postgres://h/db?password=***&sslmode=require");
}

TEST_CASE("redact_url hides a password with a raw ? in it, which libpq allows") {
  CHECK(redact_url("postgres://app:a?b@db/app?x=1") == "postgres://app@db/app?x=1");
}

TEST_CASE("redact_word shows no secret of a word that is no valid URL") {
  CHECK(redact_word("localhost:8080") == "localhost:8080");
  CHECK(redact_word("http://h:99999/x?token=s3cret#y") == "http://h:99999/x?…");
  CHECK(redact_word("redis://:ab/s3cret@h") == "redis://…");
  CHECK(redact_word("http://u:ab/s3cret@h/x") == "http://…");
  CHECK(redact_word("http://h/#header=X:s3cret@s3cret") == "http://…");
  CHECK(redact_word("u:s3cret@host") == "…");
  CHECK(redact_word("u:s3://cret@host") == "…");
  CHECK(redact_word("host=h password=s3cret") == "host…");
  CHECK(redact_word("host=h password=a://s3cret") == "host…");
  // Without a host
  CHECK(redact_word("http://u:s3cret") == "http://…");
  CHECK(redact_word("postgres://u:123s3cret/db") == "postgres://…");
  CHECK(redact_word("http://h:${PORT}/") == "http://h:${PORT}/");
  // Without a password
  CHECK(redact_word("valkey://s3cret@h") == "valkey://***@h");
  CHECK(redact_word("http://s3cret:@h/") == "http://***@h/");
  CHECK(redact_word("") == "\"\"");
}

TEST_CASE("an @ is where it is meant to be") {
  for (const auto* text : {"http://h/@user",
                           "http://h:80/@user",
                           "http://h/a@b/c?x=1@y",
                           "http://u:p@h/?x=a@b",
                           "http://h?x=1@y",
                           "http://[::1]:80/@user",
                           "http+unix://%2Frun%2Fx.sock/@user",
                           "unix:///path@x",
                           "redis+unix:///path@x",
                           "redis+unix://:p@/path",
                           "redis://:p@h/0",
                           "postgres://u:p@h/db?application_name=a@b",
                           "postgres://h/db?schema=x&application_name=a@b",
                           "postgres:///db?host=@abstract",
                           "postgres://%40abstract/db",
                           "postgres://u:p@a:1,b:2/db",
                           "postgres://a:1,b:2/db?user=a@b",
                           "postgres://app:p?w@db/app",
                           "jdbc:postgresql://h/db?user=a&password=p@ss",
                           "mailto:x"}) {
    INFO(text);
    CHECK((std::string_view(text).find("://") == std::string_view::npos || check_at_signs(text)));
  }
}

TEST_CASE("an @ anywhere else may be a part of a password, and is refused for every scheme") {
  for (const std::string scheme :
       {"http", "https", "http+unix", "postgres", "postgresql", "postgresql+asyncpg",
        "jdbc:postgresql", "redis", "rediss", "redis+unix", "tcp", "unix", "nosuch"}) {
    for (const auto* rest :
         {"u:a@b@h/x", ":a@b#c@h", "u:a/b@h", ":a@b@", "u:a#b@h", ":a/@h", "u:a/b@c@h/d", "@@h",
          "u:1@h#a@b", "h#header=From:a@b", ":/b@h", "u:1,x/y@h"}) {
      INFO(scheme << "://" << rest);
      CHECK_FALSE(check_at_signs(scheme + "://" + rest));
      CHECK(redact_word(scheme + "://" + rest) == scheme + "://…");
    }
  }
  for (const auto* text :
       {"redis://h/a@b", "postgres://h/a@b", "tcp://h:1/a@b", "redis://u:1/b@h", "redis://:a@b?c@h",
        "redis://u:1?b@h", "postgres://h?application_name=a@b", "postgres://u:1?x=b@h",
        "postgres://u:p?x@y@h", "http://u:a?b@h/", "http://u:a@b:c/d@h/", "http://u:a@b/c@h/",
        "http://u:a@b?c@h/", "redis+unix://:@/a@h"}) {
    INFO(text);
    CHECK_FALSE(check_at_signs(text));
  }
}
