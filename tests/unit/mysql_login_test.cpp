#include "mysql.hpp"

using namespace probe;

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

TEST_CASE("MySQL: a login that is begun is finished, also when its time is up") {
  const auto target = target_of("mysql://u:secret@h/?tls=false");
  const auto at = [&](std::string_view bytes) {
    auto exchange = target.protocol->make(target);
    (void)exchange->begin();
    (void)exchange->feed(bytes);
    (void)exchange->take_output();
    return exchange;
  };
  // A greeting that comes later finds its answer.
  auto exchange = at("");
  CHECK(exchange->abandoned());
  CHECK(exchange->take_output().empty());
  CHECK_FALSE(exchange->abandoned());
  const std::string blind = exchange->take_output().reveal();
  CHECK(blind.substr(3, 1) == "\1");
  CHECK(blind.ends_with("caching_sha2_password\0"s));
  CHECK(blind.find("u\0"s) == std::string::npos);

  exchange = at(greeting());
  CHECK(exchange->abandoned());
  CHECK(exchange->take_output().empty());
  CHECK(exchange->feed(packet(2,
                              "\xfe"
                              "caching_sha2_password\0abcdefghijklmnopqrst\0"s)) ==
        Exchange::Next::read);
  CHECK(exchange->take_output().reveal().size() == 4 + 32);
  CHECK(exchange->feed(cat(packet(4, "\1\3"), packet(5, ok))) == Exchange::Next::done);
  CHECK(exchange->take_output().reveal() == packet(0, "\1"));

  // What the server may ask for then finds its answer, too.
  exchange = at(greeting());
  CHECK(exchange->abandoned());
  CHECK_FALSE(exchange->abandoned());
  CHECK(exchange->take_output().reveal() == packet(3, ""));

  exchange = at(in);
  CHECK_FALSE(exchange->abandoned());
  CHECK(exchange->take_output().empty());
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
