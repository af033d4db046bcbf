#include "mysql.hpp"

using namespace probe;

namespace {

CheckOptions with_query(std::string query) {
  CheckOptions options;
  options.query = std::move(query);
  return options;
}

CheckOptions with_role(Role role) {
  CheckOptions options;
  options.role = role;
  options.role_name = role == Role::primary ? "primary" : "standby";
  return options;
}

}  // namespace

TEST_CASE("MySQL: the query's value") {
  const auto value = [](std::string_view row) {
    return answer(cat(in, rows(row)), "mysql://u:secret@h/db?tls=false", with_query("SELECT x"));
  };
  CHECK(value("\1"s + "1") == "MySQL 9.7.4");
  CHECK(value("\3yes") == "MySQL 9.7.4");
  CHECK(value("\1"s + "0") == "expect/not_ready: wanted a true value of the query, got \"0\"");
  CHECK(value("\4"s + "0.00") ==
        "expect/not_ready: wanted a true value of the query, got \"0.00\"");
  CHECK(value("\1\0"s) == "expect/not_ready: wanted a true value of the query, got \"\\x00\"");
  CHECK(value("\1\1"s) == "MySQL 9.7.4");
  CHECK(value("\xfb") == "expect/not_ready: wanted a true value of the query, got NULL");
  CHECK(value("\xfc\1\0x"s) == "MySQL 9.7.4");
  CHECK(value("\xfe\1\0\0\0\0\0\0\0x"s) == "MySQL 9.7.4");
  CHECK(value("\xfe\xff\xff\xff\xff\xff\xff\xff\xff"s) ==
        "query/protocol: the server sent a malformed packet");
  CHECK(value("\5abc") == "query/protocol: the server sent a malformed packet");
  CHECK(value("\xff") == "query/protocol: the server sent a malformed packet");
}

TEST_CASE("MySQL: results that are none") {
  const std::string columns = cat(packet(1, "\1"), packet(2, "\3def"), packet(3, end));
  CHECK(answer(cat(in, columns, packet(4, end))) ==
        "expect/not_ready: wanted a row of the query, got none");
  CHECK(answer(cat(in, packet(1, ok))) == "expect/not_ready: wanted a row of the query, got none");
  // Another result comes.
  CHECK(answer(cat(in, packet(1, "\0\0\0\x0a\0\0\0"s), packet(2, "\1"), packet(3, "\3def"),
                   packet(4, end),
                   packet(5,
                          "\1"
                          "1"),
                   packet(6, end))) == "MySQL 9.7.4");
  CHECK(answer(cat(in, packet(1, "\xfb/etc/passwd"))) ==
        "query/protocol: the server asks for a file");
  CHECK(answer(cat(in, packet(1, "\xfe\xff\xff\xff\xff\xff\xff\xff\xff"))) ==
        "query/protocol: the server sent a malformed packet");
  CHECK(answer(cat(in, packet(1, "\xfd"))) == "query/protocol: the server sent a malformed packet");
  CHECK(answer(cat(in, packet(1, "\1"), packet(2, end))) ==
        "query/protocol: the server sent a malformed packet");
  CHECK(answer(cat(in, packet(1, "\1"), packet(2, "\3def"), packet(3, "\3def"))) ==
        "query/protocol: the server sent a malformed packet");
}

TEST_CASE("MySQL: roles") {
  const std::string url = "mysql://u:secret@h?tls=false";
  const auto role = [&](std::string_view value, Role wanted) {
    return answer(cat(in, rows(cat(static_cast<char>(value.size()), value))), url,
                  with_role(wanted));
  };
  CHECK(role("00", Role::primary) == "MySQL 9.7.4");
  CHECK(role("OFFOFF", Role::primary) == "MySQL 9.7.4");
  CHECK(role("10", Role::standby) == "MySQL 9.7.4");
  CHECK(role("READ_ONLYOFF", Role::standby) == "MySQL 9.7.4");
  CHECK(role("01", Role::primary) == "expect/not_ready: wanted a primary, got a standby");
  CHECK(role("00", Role::standby) == "expect/not_ready: wanted a standby, got a primary");
  CheckOptions both = with_role(Role::primary);
  both.query = "SELECT 0";
  CHECK(answer(cat(in, rows("\2"s + "00"), rows("\1"s + "0")), url, both) ==
        "expect/not_ready: wanted a true value of the query, got \"0\"");
}
