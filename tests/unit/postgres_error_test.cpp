#include "protocols/postgres_error.hpp"

#include "base/text.hpp"
#include "catch.hpp"

using namespace probe;

namespace {

std::string parsed(std::string_view message, Stage stage) {
  const Failure failure = parse_connection_error(message, stage);
  return cat(name(failure.stage), "/", name(failure.reason), ": ", failure.detail, " [",
             failure.code, "]");
}

}  // namespace

TEST_CASE("Postgres: the server's words and SQLSTATE") {
  CHECK(parsed("connection to server at \"127.0.0.1\", port 5432 failed: FATAL:  28P01: password "
               "authentication failed "
               "for user \"app\"\nLOCATION:  auth_failed, auth.c:326\n",
               Stage::login) ==
        "login/auth: password authentication failed for user \"app\" [28P01]");
  CHECK(parsed("connection to server at \"db\" (10.0.0.1), port 5432 failed: FATAL:  57P03: the "
               "database system is "
               "starting up\nLOCATION:  ProcessStartupPacket, postmaster.c:2380\n",
               Stage::login) == "login/not_ready: the database system is starting up [57P03]");
}

TEST_CASE("Postgres: a severity in the server's language") {
  CHECK(parsed("connection to server at \"h\", port 1 failed: FATAL:  3D000: Datenbank »x« "
               "existiert nicht\n",
               Stage::login) == "login/not_ready: Datenbank »x« existiert nicht [3D000]");
  CHECK(parsed("FATALE:  53300: troppi client\n", Stage::login) ==
        "login/not_ready: troppi client [53300]");
}

TEST_CASE("Postgres: libpq's own errors get our words and stages") {
  CHECK(parsed("connection to server at \"127.0.0.1\", port 1 failed: Connection refused\n\tIs the "
               "server running on "
               "that host and accepting TCP/IP connections?\n",
               Stage::connect) == "connect/refused: connection refused []");
  CHECK(parsed("connection to server on socket \"/x/.s.PGSQL.5432\" failed: No such file or "
               "directory\n\tIs the server "
               "running locally and accepting connections on that socket?\n",
               Stage::connect) == "connect/unreachable: no such socket []");
  CHECK(parsed("connection to server at \"h\", port 1 failed: fe_sendauth: no password supplied\n",
               Stage::login) == "login/auth: the server wants a password and none was given []");
  CHECK(parsed("connection to server at \"h\", port 1 failed: server closed the connection "
               "unexpectedly\n\tThis "
               "probably means\n",
               Stage::login) == "login/protocol: connection closed by the server []");
  CHECK(
      parsed("connection to server at \"h\", port 1 failed: SSL error: certificate verify failed\n",
             Stage::tls) == "tls/certificate: SSL error: certificate verify failed []");
  CHECK(parsed("expected authentication request from server, but received H\n", Stage::login) ==
        "login/protocol: not a Postgres answer; is it http://? []");
}

TEST_CASE("Postgres: several hosts, several errors") {
  CHECK(parsed("connection to server at \"a\", port 1 failed: Connection refused\n\tIs it?\n"
               "connection to server at \"b\", port 1 failed: session is read-only\n",
               Stage::connect) == "query/not_ready: connection refused; session is read-only []");
  CHECK(parsed("connection to server at \"a\", port 1 failed: Connection refused\n"
               "connection to server at \"b\", port 1 failed: Connection refused\n",
               Stage::connect) == "connect/refused: connection refused []");
}

TEST_CASE("Postgres: no message and an unknown one") {
  CHECK(parsed("", Stage::login) == "login/protocol: libpq gave no reason []");
  CHECK(parsed("something \x1b[0m new\n", Stage::login) ==
        "login/protocol: something \\x1b[0m new []");
}

TEST_CASE("Postgres: what this system fails at is not the server's") {
  CHECK(parsed("connection to server at \"127.0.0.1\", port 5432 failed: could not create socket: "
               "Too many open files\n",
               Stage::connect) == "run/local: could not create socket: Too many open files []");
  CHECK(parsed("out of memory\n", Stage::login) == "run/local: out of memory []");
}

TEST_CASE("Postgres: of an endless message, no more is read than can be shown") {
  std::string message;
  for (int line = 0; line < 200'000; ++line) message += cat(line, "\n");
  CHECK(parsed(message, Stage::login).size() < 3000);
}
