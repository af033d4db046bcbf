#include "base/text.hpp"
#include "catch.hpp"
#include "net/connect.hpp"
#include "protocols/postgres/diagnosis.hpp"

#include <array>

using namespace probe;

namespace {

std::string parsed(std::string_view message, Stage stage) {
  const Failure failure = furthest(parse_connection_errors(message, stage));
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
               Stage::connect) == "query/not_ready: session is read-only []");
  CHECK(parsed("connection to server at \"a\", port 1 failed: Connection refused\n"
               "connection to server at \"b\", port 1 failed: Connection refused\n",
               Stage::connect) == "connect/refused: connection refused []");
}

TEST_CASE("Postgres: no message and an unknown one") {
  CHECK(parsed("", Stage::login) == "login/protocol: libpq gave no reason []");
  CHECK(parsed("something \x1b[0m new\n", Stage::login) ==
        "login/protocol: something \\x1b[0m new []");
}

TEST_CASE("Postgres: the failure that got furthest, with its address") {
  const auto of = [](std::string_view message, Stage stage) {
    const Failure failure = furthest(parse_connection_errors(message, stage));
    return cat(failure.detail, " (", failure.address, ")");
  };
  constexpr std::string_view refused =
      "connection to server at \"localhost\" (::1), port 5432 failed: Connection refused\n\tIs "
      "it?\n";
  constexpr std::string_view wrong =
      "connection to server at \"localhost\" (127.0.0.1), port 5432 failed: FATAL:  28P01: "
      "password "
      "authentication failed for user \"app\"\n";
  constexpr std::string_view unreachable =
      "connection to server at \"10.0.0.9\", port 5432 failed: No route to host\n";
  CHECK(of(cat(refused, wrong), Stage::login) ==
        "password authentication failed for user \"app\" (127.0.0.1:5432)");
  CHECK(of(cat(wrong, refused), Stage::login) ==
        "password authentication failed for user \"app\" (127.0.0.1:5432)");
  CHECK(of(cat(unreachable, refused), Stage::connect) == "connection refused ([::1]:5432)");
  CHECK(of(cat(refused, unreachable), Stage::connect) == "connection refused ([::1]:5432)");
  CHECK(of("connection to server on socket \"/run/.s.PGSQL.5432\" failed: No such file or "
           "directory\n",
           Stage::connect) == "no such socket (/run/.s.PGSQL.5432)");
  CHECK(of(cat("connection to server at \"a\" (10.0.0.1), port 1 failed: Connection refused\n",
               "connection to server at \"b\" (10.0.0.1), port 10 failed: Connection refused\n"),
           Stage::connect) == "connection refused (10.0.0.1:1, 10.0.0.1:10)");
  // sslmode=prefer against a server that wants TLS, sslmode=allow against the same.
  constexpr std::string_view no_entry =
      "connection to server at \"h\", port 1 failed: FATAL:  28000: no pg_hba.conf entry, no "
      "encryption\n";
  CHECK(of(cat(wrong, no_entry), Stage::login).starts_with("password"));
  CHECK(of(cat(no_entry, wrong), Stage::login).starts_with("password"));
}

TEST_CASE("Postgres: what poolers and relatives say") {
  const auto reason = [](std::string_view code, std::string_view words) {
    return name(server_failure(Stage::login, code, words).reason);
  };
  // PgBouncer
  CHECK(reason("08P01", "SASL authentication failed") == "auth");
  CHECK(reason("08P01", "password authentication failed") == "auth");
  CHECK(reason("08P01", "\"trust\" authentication failed") == "auth");
  CHECK(reason("08P01", "no such user: app") == "auth");
  CHECK(reason("08P01", "login rejected") == "auth");
  CHECK(reason("08P01", "server login failed: wrong password type") == "auth");
  CHECK(reason("08P01", "server login has been failing, try again later (server_login_retry)") ==
        "not_ready");
  CHECK(reason("08P01", "server login failed: FATAL the database system is starting up") ==
        "not_ready");
  CHECK(reason("08P01", "no such database: app") == "not_ready");
  CHECK(reason("08P01", "client_login_timeout (server down)") == "not_ready");
  CHECK(reason("08P01", "no more connections allowed (max_client_conn)") == "not_ready");
  // Pgpool-II
  CHECK(reason("XX000", "authentication failed") == "auth");
  CHECK(reason("XX000", "failed to authenticate with backend using SCRAM") == "auth");
  CHECK(reason("XX000", "all backend nodes are down, pgpool requires at least one valid node") ==
        "not_ready");
  CHECK(reason("53300", "Sorry, too many clients already") == "not_ready");
  // Odyssey
  CHECK(reason("28P01", "odyssey: c1: incorrect password") == "auth");
  CHECK(reason("28000", "odyssey: c1: replication lag too big, connection rejected: app app") ==
        "not_ready");
  CHECK(reason("28000", "odyssey: c1: failed to make auth query") == "not_ready");
  // CockroachDB
  CHECK(reason("28P01", "password authentication failed for user app") == "auth");
  CHECK(reason("28000", "app does not have login privilege") == "auth");
  CHECK(reason("28000", "internal error while retrieving user account: query timeout") ==
        "not_ready");
  // Supavisor
  CHECK(reason("XX000", "Tenant or user not found") == "auth");
}

TEST_CASE("Postgres: no reason is said to be none") {
  CHECK(parsed("connection to server at \"h\", port 1 failed: \n", Stage::login) ==
        "login/protocol: the server gave no reason []");
  CHECK(parsed("connection to server at \"h\", port 1 failed: FATAL:  XX000: \n", Stage::login) ==
        "login/not_ready: the server gave no reason [XX000]");
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

TEST_CASE("Postgres: of endless lines like libpq's, no more are read than can be shown") {
  std::string message;
  for (int line = 0; line < 20'000; ++line)
    message += cat("connection to server at \"h\", port ", line, " failed: FATAL:  XX000: x\n");
  CHECK(parse_connection_errors(message, Stage::login).size() <= 100);
}

TEST_CASE("Several addresses mean absence only if all do") {
  const Failure refused{Stage::connect, Reason::refused, "connection refused", "", "a"};
  const Failure denied{Stage::connect, Reason::auth, "permission denied", "", "b"};
  const Failure local = local_failure(24);
  CHECK(means_absence(furthest(std::array{refused, refused})));
  CHECK_FALSE(means_absence(furthest(std::array{denied, refused})));
  CHECK_FALSE(means_absence(furthest(std::array{local, refused})));
}
