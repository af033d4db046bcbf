#include "protocols/postgres/target.hpp"
#include "support.hpp"

#include <libpq-fe.h>

#include <cstdlib>

using namespace probe;

namespace {

/// Sets a variable of the environment for the time of a test.
class Variable {
 public:
  Variable(const char* name, const char* value) : name_(name) { ::setenv(name, value, 1); }
  Variable(const Variable&) = delete;
  Variable& operator=(const Variable&) = delete;
  ~Variable() { ::unsetenv(name_); }

 private:
  const char* name_;
};

}  // namespace

TEST_CASE("Postgres: a URI's parts") {
  const Target target = target_of("postgres://app:pw@db:6000/shop?application_name=x");
  REQUIRE(target.endpoints.size() == 1);
  CHECK(target.endpoints[0].host == "db");
  CHECK(target.endpoints[0].port == 6000);
  CHECK(target.user == "app");
  CHECK(target.password->reveal() == "pw");
  CHECK(target.name == "postgres://app@db:6000/shop?application_name=x");
}

TEST_CASE("Postgres: nothing comes from the operating system") {
  const Target target = target_of("postgres://");
  CHECK(target.endpoints.at(0).host == "localhost");
  CHECK(target.endpoints.at(0).socket.empty());
  CHECK(target.endpoints.at(0).port == 5432);
  CHECK_FALSE(target.user);
  CHECK_FALSE(target.password);
}

TEST_CASE("Postgres: several hosts") {
  const Target target = target_of("postgresql://a:1,b:2,[::1]:3/db?target_session_attrs=primary");
  REQUIRE(target.endpoints.size() == 3);
  CHECK(target.endpoints[1].host == "b");
  CHECK(target.endpoints[1].port == 2);
  CHECK(target.endpoints[2].host == "::1");
}

TEST_CASE("Postgres: sockets only where they are asked for") {
  CHECK(target_of("postgres://%2Frun%2Fpg:6000/db").endpoints.at(0).socket ==
        "/run/pg/.s.PGSQL.6000");
  CHECK(target_of("postgres:///db?host=/run/pg").endpoints.at(0).socket == "/run/pg/.s.PGSQL.5432");
}

TEST_CASE("Postgres: libpq's variables where the URI is silent") {
  const Variable host("PGHOST", "envhost");
  const Variable port("PGPORT", "7000");
  const Variable user("PGUSER", "envuser");
  const Target target = target_of("postgres:///db");
  CHECK(target.endpoints.at(0).host == "envhost");
  CHECK(target.endpoints.at(0).port == 7000);
  CHECK(target.user == "envuser");
  CHECK(target_of("postgres://me@h:1/db").endpoints.at(0).host == "h");
}

TEST_CASE("Postgres: an application's driver is dropped") {
  CHECK(target_of("postgresql+asyncpg://u:p@h/db").user == "u");
  CHECK(find_protocol("postgres+psycopg") == find_protocol("postgres"));
  CHECK(find_protocol("http+x") == nullptr);
}

TEST_CASE("Postgres: bad URIs are errors that hold no secret") {
  CHECK(complaint_about("postgres://h:0/") == "port \"0\" is not a number from 1 to 65535");
  CHECK(complaint_about("postgres://h:abc/") == "its port is not a number from 1 to 65535");
  CHECK(complaint_about("postgres://h/db?sslmod=require") ==
        "\"sslmod\" is not a parameter of libpq; did you mean sslmode?");
  CHECK(complaint_about("postgres://u:s3cret%zz@h/db").find("s3cret") == std::string::npos);
  CHECK(complaint_about("postgres://u:s3cret@[::1/db").find("s3cret") == std::string::npos);
  CHECK(complaint_about("postgres://a,b:1,2,3/db?hostaddr=127.0.0.1").find("hostaddr") !=
        std::string::npos);
  CHECK(complaint_about("postgres://h/?service=x").find("service") != std::string::npos);
}

TEST_CASE("Postgres: what drivers and frameworks have in their DATABASE_URL is left out") {
  const Target target = target_of(
      "postgresql://app:p?w@db/app?schema=public&sslmode=disable&pool_max_conns=5&serverVersion=16"
      "&connection_limit=1");
  CHECK(target.password->reveal() == "p?w");
  const auto parameter = [&](std::string_view name) -> std::string {
    for (const auto& [keyword, value] : data_of<PostgresTarget>(target).parameters)
      if (keyword == name) return value.reveal();
    return "";
  };
  CHECK(parameter("sslmode") == "disable");
  CHECK(parameter("dbname") == "app");
  CHECK(parameter("schema").empty());
  CHECK(target_of("postgresql://db/app?schema=public").name == "postgresql://db/app?schema=public");
  CHECK(complaint_about("postgres://db/app?schema=public&sslmod=require") ==
        "\"sslmod\" is not a parameter of libpq; did you mean sslmode?");
}

TEST_CASE("Postgres: whatever is not libpq's is left out, and told") {
  const Target target = target_of("postgres://h/db?pool=5&conn_max_age=60&x&application_name=y");
  CHECK(data_of<PostgresTarget>(target).left_out == "pool, conn_max_age, x");
  CHECK(complaint_about("postgres://h/db?prot=1").ends_with("did you mean port?"));
  CHECK(complaint_about("postgres://h/db?x=a@b").starts_with("an unexpected \"@\""));
  // But nothing that asks for more security.
  CHECK(complaint_about("postgres://h/db?requiressl=1") == "requiressl: write sslmode=require");
  if (PQlibVersion() < 160000)
    CHECK(complaint_about("postgres://h/db?require_auth=md5")
              .starts_with("require_auth is not possible"));
}

TEST_CASE("Postgres: ssl and sslmode of drivers") {
  const auto mode = [](std::string_view query) {
    const Target target = target_of(cat("postgres://h/db?", query));
    std::string found;
    for (const auto& [keyword, value] : data_of<PostgresTarget>(target).parameters)
      if (keyword.starts_with("ssl")) found += cat(keyword, '=', value.reveal(), ' ');
    return found;
  };
  CHECK(mode("ssl=true").find("sslmode=require ") != std::string::npos);
  CHECK(mode("ssl").find("sslmode=require ") != std::string::npos);
  CHECK(mode("ssl=false") == "sslmode=disable ");
  CHECK(mode("ssl=prefer&sslmode=allow") == "sslmode=allow ");
  CHECK(mode("sslmode=no-verify").find("sslmode=require ") != std::string::npos);
  CHECK(mode("sslmode=no-verify").find("sslrootcert=/dev/null/none ") != std::string::npos);
  CHECK(target_of("jdbc:postgresql://h/db?user=a&password=p@ss").password->reveal() == "p@ss");
}
