#include "target/expand.hpp"

#include "catch.hpp"

#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace probe;

namespace {

/// A file with this text, gone in the end.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view text) {
    const int fd = ::mkstemp(path_.data());
    REQUIRE(fd >= 0);
    std::FILE* file = ::fdopen(fd, "w");
    REQUIRE(std::fwrite(text.data(), 1, text.size(), file) == text.size());
    std::fclose(file);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::remove(path_.c_str()); }
  const std::string& path() const { return path_; }

 private:
  std::string path_ = "/tmp/expand_test.XXXXXX";
};

std::string expanded(std::string_view text) {
  std::vector<Secret> secrets;
  const auto result = expand(text, secrets);
  return result ? *result : "error: " + result.error().text;
}

std::string url(std::string_view text) {
  std::vector<Secret> secrets;
  const auto result = expand_target(text, secrets);
  return result ? *result : "error: " + result.error().text;
}

}  // namespace

TEST_CASE("expand knows four forms and leaves the rest alone") {
  ::setenv("EXPAND_SET", "value", 1);
  ::setenv("EXPAND_EMPTY", "", 1);
  ::unsetenv("EXPAND_UNSET");
  CHECK(expanded("a ${EXPAND_SET} b") == "a value b");
  CHECK(expanded("${EXPAND_EMPTY}") == "");
  CHECK(expanded("${EXPAND_UNSET:-8080}") == "8080");
  CHECK(expanded("${EXPAND_EMPTY:-8080}") == "8080");
  CHECK(expanded("${EXPAND_SET:-8080}") == "value");
  CHECK(expanded("${EXPAND_SET:?must be set}") == "value");
  CHECK(expanded("${EXPAND_UNSET:-${EXPAND_SET}}}") == "value}");
  CHECK(expanded("${EXPAND_UNSET:-}") == "");
  CHECK(expanded("$EXPAND_SET $5 $") == "$EXPAND_SET $5 $");
  CHECK(expanded("$${EXPAND_SET} ${EXPAND_SET}") == "${EXPAND_SET} value");
}

TEST_CASE("without a colon, as in POSIX shells, an empty variable is good enough") {
  ::setenv("EXPAND_EMPTY", "", 1);
  ::unsetenv("EXPAND_UNSET");
  CHECK(expanded("${EXPAND_UNSET-8080}") == "8080");
  CHECK(expanded("${EXPAND_EMPTY-8080}") == "");
  CHECK(expanded("${EXPAND_EMPTY?set it}") == "");
  CHECK(expanded("${EXPAND_UNSET-a:-b?}") == "a:-b?");
  CHECK(expanded("${EXPAND_UNSET-}").empty());
  CHECK(expanded("${EXPAND_UNSET?set it}") == "error: EXPAND_UNSET: set it");
}

TEST_CASE("expand names what is missing") {
  ::setenv("EXPAND_EMPTY", "", 1);
  ::unsetenv("EXPAND_UNSET");
  CHECK(expanded("${EXPAND_UNSET}") == "error: EXPAND_UNSET is not set");
  CHECK(expanded("${EXPAND_UNSET:?set it}") == "error: EXPAND_UNSET: set it");
  CHECK(expanded("${EXPAND_EMPTY:?}") == "error: EXPAND_EMPTY is empty");
  CHECK(expanded("${EXPAND_UNSET:-${EXPAND_UNSET}}") == "error: EXPAND_UNSET is not set");
  CHECK(expanded("x${EXPAND_UNSET") == "error: \"${EXPAND_UNSET\" has no closing }");
  for (const char* wrong : {"${1A}", "${:-x}"})
    CHECK(expanded(wrong).starts_with("error: \"${…}\" is not one of"));
  // A name is all that is shown, since a default may be a password.
  for (const char* wrong : {"${A+b}", "${A:+b}", "${A B}", "${A=b}"})
    CHECK(expanded(wrong).starts_with("error: \"${A…}\" is not one of"));
  CHECK(expanded("${}").starts_with("error: \"${}\" is not one of"));
  CHECK(expanded("${A:-hunter2") == "error: \"${A…\" has no closing }");
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "${EXPAND_UNSET:-";
  CHECK(expanded(deep + std::string(1000, '}')) == "error: its ${…} are nested too deeply");
}

TEST_CASE("expand reads files of one line and remembers them as secrets") {
  const TemporaryFile secret("hunter2\n");
  std::vector<Secret> secrets;
  CHECK(expand("a:${file:" + secret.path() + "}", secrets) == "a:hunter2");
  REQUIRE(secrets.size() == 1);
  CHECK(secrets[0].reveal() == "hunter2");
  ::setenv("EXPAND_FILE", secret.path().c_str(), 1);
  CHECK(expanded("${file:${EXPAND_FILE}}") == "hunter2");
  CHECK(expanded("${EXPAND_UNSET:-${file:${EXPAND_FILE}}}") == "hunter2");
  CHECK(expanded("${file:" + secret.path() + "x}").ends_with("No such file or directory"));
}

TEST_CASE("expand refuses files that are no secret") {
  const auto said = [](std::string_view text) {
    const TemporaryFile file(text);
    const std::string result = expanded("${file:" + file.path() + "}");
    return result.substr(std::min(result.size(), file.path().size() + 9));
  };
  CHECK(said("") == " is empty");
  CHECK(said("\n") == " is empty");
  CHECK(said("a\nb\n") == " has more than one line");
  CHECK(said("a\n\n") == " has more than one line");
  CHECK(said(std::string_view("a\0b", 3)) == " has a NUL byte in it");
  CHECK(said(std::string(70000, 'a')).ends_with("it is larger than 64 KiB"));
  const TemporaryFile dos("dos\r\n");
  CHECK(expanded("${file:" + dos.path() + "}") == "dos");
  CHECK(expanded("${file:/}") == "error: cannot read \"/\": Is a directory");
  CHECK(expanded("${file:}") == "error: ${file:} names no file");
}

TEST_CASE("expand_target encodes by position") {
  ::setenv("EXPAND_ODD", "a/b?c#d@e:f&g h%", 1);
  ::setenv("EXPAND_URL", "http://h/p?q=1", 1);
  ::setenv("EXPAND_HOST", "db.example:5432", 1);
  ::setenv("EXPAND_PATH", "/run/x y.sock", 1);
  constexpr std::string_view all = "a%2Fb%3Fc%23d%40e%3Af%26g%20h%25";
  CHECK(url("redis://:${EXPAND_ODD}@h") == "redis://:" + std::string(all) + "@h");
  CHECK(url("postgres://${EXPAND_ODD}:x@h") == "postgres://" + std::string(all) + ":x@h");
  CHECK(url("postgres://u:${EXPAND_ODD}@${EXPAND_HOST}/d") ==
        "postgres://u:" + std::string(all) + "@db.example:5432/d");
  CHECK(url("http://h/${EXPAND_ODD}") == "http://h/a/b%3Fc%23d@e:f%26g%20h%25");
  CHECK(url("http://h/?${EXPAND_ODD}") == "http://h/?a/b%3Fc%23d@e:f%26g%20h%25");
  CHECK(url("http://h#header=${EXPAND_ODD}") == "http://h#header=" + std::string(all));
  CHECK(url("http://${EXPAND_ODD}/") == "http://a%2Fb%3Fc%23d%40e:f%26g%20h%25/");
  CHECK(url("${EXPAND_URL}") == "http://h/p?q=1");
  CHECK(url("${EXPAND_URL}#status=204") == "http://h/p?q=1#status=204");
  CHECK(url("http+unix://${EXPAND_PATH}/health") == "http+unix://%2Frun%2Fx%20y.sock/health");
  CHECK(url(":${EXPAND_UNSET:-8080}/x") == ":8080/x");
}

TEST_CASE("expand_target drops the white space behind a whole URL, and no other") {
  ::setenv("EXPAND_LINE", "postgres://h/app \r\n", 1);
  const TemporaryFile file("redis://h/0 \n");
  CHECK(url("${EXPAND_LINE}") == "postgres://h/app");
  CHECK(url("${EXPAND_LINE}#role=primary") == "postgres://h/app#role=primary");
  CHECK(url("${file:" + file.path() + "}") == "redis://h/0");
  CHECK(url("redis://:${EXPAND_LINE}@h").ends_with("%20%0D%0A@h"));
}

TEST_CASE("expand_target keeps a secret in one piece") {
  const TemporaryFile secret("a:b@c");
  std::vector<Secret> secrets;
  CHECK(expand_target("http://${file:" + secret.path() + "}/", secrets) == "http://a%3Ab%40c/");
  REQUIRE(secrets.size() == 1);
  CHECK(secrets[0].reveal() == "a:b@c");
  CHECK(expand_target("postgres://${EXPAND_UNSET:-u}:${file:" + secret.path() + "}@h", secrets) ==
        "postgres://u:a%3Ab%40c@h");
}
