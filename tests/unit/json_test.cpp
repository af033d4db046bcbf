#include "target/json.hpp"

#include "catch.hpp"

using namespace probe;

namespace {

/// Kind and text of what the pointer leads to.
std::string at(std::string_view document, std::string_view pointer) {
  const auto tokens = parse_json_pointer(pointer);
  if (!tokens) return "no pointer";
  const auto found = find_json(document, *tokens);
  if (!found) return "no JSON";
  switch (found->kind) {
    case JsonValue::Kind::absent:
      return "absent";
    case JsonValue::Kind::string:
      return "string " + found->text;
    case JsonValue::Kind::number:
      return "number " + found->text;
    case JsonValue::Kind::literal:
      return found->text;
    case JsonValue::Kind::object:
      return "object";
    case JsonValue::Kind::array:
      return "array";
  }
  return "";
}

}  // namespace

TEST_CASE("the examples of RFC 6901, section 5") {
  constexpr std::string_view document =
      R"({"foo":["bar","baz"],"":0,"a/b":1,"c%d":2,"e^f":3,"g|h":4,"i\\j":5,"k\"l":6," ":7,"m~n":8})";
  CHECK(at(document, "") == "object");
  CHECK(at(document, "/foo") == "array");
  CHECK(at(document, "/foo/0") == "string bar");
  CHECK(at(document, "/") == "number 0");
  CHECK(at(document, "/a~1b") == "number 1");
  CHECK(at(document, "/c%d") == "number 2");
  CHECK(at(document, "/e^f") == "number 3");
  CHECK(at(document, "/g|h") == "number 4");
  CHECK(at(document, "/i\\j") == "number 5");
  CHECK(at(document, "/k\"l") == "number 6");
  CHECK(at(document, "/ ") == "number 7");
  CHECK(at(document, "/m~0n") == "number 8");
}

TEST_CASE("a pointer begins with / and escapes ~") {
  CHECK(at("{}", "a") == "no pointer");
  CHECK(at("{}", "/~") == "no pointer");
  CHECK(at("{}", "/~2") == "no pointer");
  CHECK(at(R"({"~1":1})", "/~01") == "number 1");
}

TEST_CASE("find_json follows objects and arrays") {
  constexpr std::string_view document =
      R"({"a":{"b":[{"c":null},{"c":[true,false,-1.50e3]}],"x":1},"b":"no","ab":{"b":0}})";
  CHECK(at(document, "/a/b/0/c") == "null");
  CHECK(at(document, "/a/b/1/c/0") == "true");
  CHECK(at(document, "/a/b/1/c/1") == "false");
  CHECK(at(document, "/a/b/1/c/2") == "number -1.50e3");
  CHECK(at(document, "/a/b/1/c/3") == "absent");
  CHECK(at(document, "/a/b/01/c") == "absent");
  CHECK(at(document, "/a/b/-") == "absent");
  CHECK(at(document, "/a/x/y") == "absent");
  CHECK(at(document, "/x") == "absent");
  CHECK(at(R"({"0":"member"})", "/0") == "string member");
  CHECK(at(R"({"a":1,"a":2})", "/a") == "number 2");
  CHECK(at(R"({"a":"\u00e4\n"})", "/a") == "string ä\n");
  CHECK(at(R"({"\u0061\"b":"x\\y","n":[1,-2.5e+10 ,3]})", "/a\"b") == "string x\\y");
  CHECK(at(R"({"\u0061\"b":"x\\y","n":[1,-2.5e+10 ,3]})", "/n/1") == "number -2.5e+10");
  CHECK(at(R"({"\u0061\"b":"x\\y","n":[1,-2.5e+10 ,3]})", "/n/2") == "number 3");
  CHECK(at(" \"text\" ", "") == "string text");
  CHECK(at("17", "") == "number 17");
}

TEST_CASE("what is not JSON as a whole is none") {
  for (const char* text :
       {"", "{", "{\"a\":1", "{\"a\":1}}", "{a:1}", "[1,]", "nul", "01", "\"a", "<html>"}) {
    CAPTURE(text);
    CHECK(at(text, "/a") == "no JSON");
  }
  CHECK(at(std::string_view("{}\0}", 4), "/a") == "no JSON");
  CHECK(at(std::string(60, '[') + std::string(60, ']'), "/a") == "absent");
  CHECK(at(std::string(500000, '['), "/a") == "no JSON");
  CHECK(at(std::string(1000, '[') + std::string(1000, ']'), "/a") == "no JSON");
}

TEST_CASE("a byte order mark before JSON is ignored") {
  const auto found = find_json("\xef\xbb\xbf{\"a\":1}", {"a"});
  REQUIRE(found);
  CHECK(found->text == "1");
  CHECK_FALSE(find_json("\xef\xbb\xbf\xef\xbb\xbf{}", {"a"}));
}

TEST_CASE("of members with the same name the last counts, whatever it holds") {
  CHECK(at(R"({"a":{"b":1},"a":{}})", "/a/b") == "absent");
  CHECK(at(R"({"a":{"b":1},"a":2})", "/a/b") == "absent");
  CHECK(at(R"({"a":[1,2],"a":[3]})", "/a/1") == "absent");
  CHECK(at(R"({"a":{},"a":{"b":1},"c":{"b":2}})", "/a/b") == "number 1");
}
