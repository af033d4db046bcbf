#include "protocols/exchange.hpp"
#include "support.hpp"

using namespace probe;

namespace {

using namespace std::string_literals;

std::string packet(int sequence, std::string_view payload) {
  std::string out;
  put_little_endian(out, payload.size(), 3);
  return cat(out, static_cast<char>(sequence), payload);
}

std::string greeting(std::string_view plugin = "mysql_native_password",
                     std::string_view version = "9.7.4-2", std::uint32_t more = 0) {
  const std::uint32_t flags = 0x0008f7ff | more;
  std::string payload = cat('\x0a', version, '\0', "\1\2\3\4", "12345678", '\0');
  put_little_endian(payload, flags & 0xffffU, 2);
  payload += "\x2d\2"s + '\0';
  put_little_endian(payload, flags >> 16U, 2);
  payload += cat('\x15', std::string(10, '\0'), "abcdefghijkl", '\0', plugin, '\0');
  return packet(0, payload);
}

const std::string ok = "\0\0\0\2\0\0\0"s;
const std::string end = "\xfe\0\0\2\0"s;

std::string error(int sequence, unsigned code, std::string_view text) {
  std::string payload = "\xff";
  put_little_endian(payload, code, 2);
  return packet(sequence, cat(payload, text));
}

/// One row with this first column.
std::string rows(std::string_view value) {
  return cat(packet(1, "\1"), packet(2, "\3def a column"), packet(3, end), packet(4, value),
             packet(5, end));
}

std::string describe(const Failure& failure) {
  return cat(name(failure.stage), "/", name(failure.reason), ": ", failure.detail,
             failure.code.empty() ? "" : cat(" (", failure.code, ")"));
}

/// How it ends, and, behind `|`, what was said in the meantime.
std::string converse(const Target& target, const std::vector<std::string_view>& pieces,
                     bool closed = false) {
  const auto exchange = target.protocol->make(target);
  auto step = exchange->begin();
  REQUIRE(step.value() == Exchange::Next::read);
  CHECK(exchange->take_output().empty());
  for (const auto piece : pieces) {
    if (step && *step == Exchange::Next::read) step = exchange->feed(piece);
  }
  if (closed && step) step = exchange->end(false);
  if (!step) return describe(exchange->failure());
  if (*step == Exchange::Next::start_tls) return "TLS";
  if (*step == Exchange::Next::done) return exchange->outcome()->detail;
  return cat(name(exchange->stage()), ": ", exchange->awaited());
}

std::string answer(std::string_view bytes, std::string_view url = "mysql://u:secret@h/db?tls=false",
                   CheckOptions options = {}) {
  const Target target = target_of(url, std::move(options));
  return at_every_split(bytes, [&](const auto& pieces) { return converse(target, pieces); });
}

/// What is sent after these bytes.
std::string sent(std::string_view bytes, std::string_view url) {
  const Target target = target_of(url);
  const auto exchange = target.protocol->make(target);
  (void)exchange->begin();
  (void)exchange->feed(bytes);
  return exchange->take_output().reveal();
}

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

const std::string in = cat(greeting(), packet(2, ok));

}  // namespace

TEST_CASE("MySQL: login and query") {
  CHECK(answer(cat(in, rows("\1"s + "1"))) == "MySQL 9.7.4");
  CHECK(answer(cat(greeting("mysql_native_password", "5.5.5-10.11.14-MariaDB-0+deb12u2"),
                   packet(2, ok), rows("\1"s + "1"))) == "MariaDB 10.11.14");
  CHECK(answer("") == "response: no greeting");
  CHECK(answer(greeting()) == "login: no answer to the login");
  CHECK(answer(in) == "query: no answer to the query");
}

TEST_CASE("MySQL: what is sent") {
  const std::string login = sent(greeting("caching_sha2_password"), "mysql://u@h/db?tls=false");
  CHECK(login == packet(1, cat("\x09\xa2\x0b\0"s, "\0\0\0\1"s, '\x2d', std::string(23, '\0'),
                               "u\0"s, '\0', "db\0"s, "caching_sha2_password\0"s)));
  CHECK(sent(in, "mysql://u:secret@h?tls=false").ends_with(packet(0, "\3SELECT 1")));
  CHECK(
      sent(cat(in, rows("\1"s + "1")), "mysql://u:secret@h?tls=false").ends_with(packet(0, "\1")));
  // A failure of ours has a farewell, too.
  CHECK(sent(cat(in, packet(1, "\1"), packet(9, "")), "mysql://u@h?tls=false")
            .ends_with(packet(0, "\1")));
}

TEST_CASE("MySQL: after a greeting there is always a login, and after a switch an answer") {
  const std::string bare = sent(packet(0,
                                       "\x0a"
                                       "8.0\0short"s),
                                "mysql://u:secret@h/?tls=false");
  CHECK(bare.starts_with(packet(1, "").replace(0, 3, bare.substr(0, 3))));
  CHECK(bare.ends_with("mysql_native_password\0"s));
  CHECK(bare.find("u\0"s) == std::string::npos);
  CHECK(sent(cat(greeting(), packet(2,
                                    "\xfe"
                                    "dialog\0ask"s)),
             "mysql://u:secret@h/?tls=false")
            .ends_with(packet(3, "")));
}

TEST_CASE("MySQL: errors in the server's words, with their number") {
  CHECK(answer(error(0, 1040, "Too many connections")) ==
        "response/not_ready: Too many connections (1040)");
  CHECK(answer(error(0, 1129, "Host 'x' is blocked")) ==
        "response/not_ready: Host 'x' is blocked (1129)");
  CHECK(answer(error(0, 1130, "Host 'x' is not allowed")) ==
        "response/not_ready: Host 'x' is not allowed (1130)");
  const auto at_login = [](unsigned code) {
    return answer(cat(greeting(), error(2, code, "#28000no")));
  };
  for (const unsigned code : {1044U, 1045U, 1698U, 1862U, 3118U, 3159U, 4151U})
    CHECK(at_login(code) == cat("login/auth: no (", code, ")"));
  for (const unsigned code : {1040U, 1049U, 1053U, 1226U})
    CHECK(at_login(code) == cat("login/not_ready: no (", code, ")"));
  CHECK(answer(cat(in, error(1, 1146, "#42S02Table"))) == "query/not_ready: Table (1146)");
  CHECK(answer(cat(greeting(), packet(2, "\xff\x15"))) ==
        "login/protocol: the server sent a malformed packet");
}

TEST_CASE("MySQL: without a user, a login that is judged is enough") {
  const std::string url = "mysql://h?tls=false";
  CHECK(answer(cat(greeting(), error(2, 1045, "#28000no")), url) == "accepting logins");
  CHECK(answer(cat(greeting(), packet(2, ok)), url) == "accepting logins");
  CHECK(answer(cat(greeting(), packet(2,
                                      "\xfe"
                                      "dialog\0"s)),
               url) == "login: no answer to the login");
  CHECK(answer(cat(greeting(),
                   packet(2,
                          "\xfe"
                          "dialog\0"s),
                   error(4, 1045, "no")),
               url) == "accepting logins");
  CHECK(answer(cat(greeting(), error(2, 1040, "full")), url) == "login/not_ready: full (1040)");
  CHECK(answer(error(0, 1045, "no"), url) == "response/auth: no (1045)");
}

TEST_CASE("MySQL: plug-ins") {
  const std::string nonce = "abcdefghijklmnopqrst\0"s;
  const auto after_switch = [&](std::string_view plugin, std::string_view more = "") {
    return answer(cat(greeting(), packet(2, cat('\xfe', plugin, '\0', nonce)), more));
  };
  CHECK(after_switch("caching_sha2_password") == "login: no answer to the login");
  CHECK(after_switch("caching_sha2_password", cat(packet(4, "\1\3"), packet(5, ok))) ==
        "query: no answer to the query");
  CHECK(after_switch("caching_sha2_password", cat(packet(4, "\1\4"), packet(6, "\1no key"))) ==
        "login/protocol: the server's RSA key cannot be used for this password");
  CHECK(after_switch("sha256_password", packet(4, "\1no key")) ==
        "login/protocol: the server's RSA key cannot be used for this password");
  CHECK(after_switch("mysql_clear_password") ==
        "login/auth: the server wants to authenticate by mysql_clear_password, which is done in "
        "TLS only");
  CHECK(after_switch("auth_gssapi_client") ==
        "login/auth: the server wants to authenticate by auth_gssapi_client, which probe does not "
        "speak");
  CHECK(answer(cat(greeting(), packet(2, "\xfe"))) ==
        "login/auth: the server wants to authenticate by mysql_old_password, which probe does not "
        "speak");
}

TEST_CASE("MySQL: a login ends") {
  std::string bytes = greeting();
  for (int sequence = 2; sequence < 60; sequence += 2)
    bytes += packet(sequence,
                    "\xfe"
                    "mysql_native_password\0abcdefghijklmnopqrst\0"s);
  CHECK(answer(bytes) == "login/protocol: the login does not end");
  bytes = greeting("caching_sha2_password");
  for (int sequence = 2; sequence < 60; ++sequence) bytes += packet(sequence, "\1\3");
  CHECK(answer(bytes) == "login/protocol: the login does not end");
}

TEST_CASE("MySQL: a password never goes in clear without TLS") {
  for (const char* plugin : {"mysql_native_password", "caching_sha2_password", "sha256_password",
                             "mysql_clear_password", "dialog", "mysql_old_password"}) {
    for (const char* more : {"\1\4", "\1\3", "\1secret"}) {
      const std::string said =
          sent(cat(greeting(plugin), packet(2, cat('\xfe', plugin, '\0', "abcdefghijklmnopqrst")),
                   packet(4, more), packet(6, more)),
               "mysql://u:secret@h/db?tls=false");
      CHECK(said.find("secret") == std::string::npos);
    }
  }
}

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

TEST_CASE("MySQL: packets that no server sends") {
  CHECK(answer(cat(in, packet(2, "\1"))) ==
        "query/protocol: the server's packets are out of order");
  CHECK(answer(cat(greeting(), packet(1, ok))) ==
        "login/protocol: the server's packets are out of order");
  for (std::size_t size = 0; size < ok.size(); ++size) {
    CHECK(answer(cat(greeting(), packet(2, ok.substr(0, size)))) ==
          "login/protocol: the server sent a malformed packet");
  }
  CHECK(answer(cat(greeting(), packet(2, "\2"))) ==
        "login/protocol: the server sent a malformed packet");
  const std::string whole = greeting();
  for (std::size_t size = 2; size + 35 < whole.size(); ++size) {
    CHECK(converse(target_of("mysql://h?tls=false"), {packet(0, whole.substr(4, size))}) ==
          "login/protocol: the server's greeting is too short");
  }
  CHECK(answer(cat(in, "\xff\xff\xff\1"s)) == "query/protocol: the answer is larger than 1024 KiB");
}

TEST_CASE("MySQL: what is no MySQL server") {
  const auto foreign = [](std::string_view bytes) {
    return converse(target_of("mysql://h?tls=false"), {bytes});
  };
  CHECK(foreign("SSH-2.0-OpenSSH_9.2\r\n")
            .starts_with("response/protocol: not a MySQL answer: \"SSH-2.0-"));
  CHECK(foreign("220 mail ESMTP\r\n").starts_with("response/protocol: not a MySQL answer: \"220 "));
  CHECK(foreign("HTTP/1.1 400 Bad Request\r\n\r\n")
            .starts_with("response/protocol: not a MySQL answer: \"HTTP"));
  CHECK(foreign("\xff\xff\xff\0\x0a"s).starts_with("response/protocol: not a MySQL answer"));
  CHECK(foreign("\0\0\0\0\x0a"s).starts_with("response/protocol: not a MySQL answer"));
  CHECK(foreign("\x40\0\0\1\x0a"s).starts_with("response/protocol: not a MySQL answer"));
  CHECK(foreign("\x40\0\0\0\x09"s).starts_with("response/protocol: not a MySQL answer"));
  const Target target = target_of("mysql://u:p@h?tls=false");
  CHECK(converse(target, {}, true) == "response/protocol: connection closed with no greeting");
  CHECK(converse(target, {in}, true) ==
        "query/protocol: connection closed with no answer to the query");
}
