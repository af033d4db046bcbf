#include "net/tls.hpp"

#include "catch.hpp"
#include "net/tls_context.hpp"
#include "target/target.hpp"

#include <openssl/ssl.h>

using namespace probe;

namespace {

using Ssl = std::unique_ptr<SSL, FreeWith<SSL_free>>;

std::string name_for(const std::string& host, const std::string& server_name = "") {
  CheckOptions options;
  options.server_name = server_name;
  const auto context = make_tls_context(options, host, "");
  return context ? (*context)->host() : context.error().text;
}

}  // namespace

TEST_CASE("TLS: the name that is verified") {
  CHECK(name_for("db.example") == "db.example");
  CHECK(name_for("db.example.") == "db.example");
  CHECK(name_for("fe80::1%eth0") == "fe80::1");
  CHECK(name_for("127.0.0.1", "db.example.") == "db.example");
}

TEST_CASE("TLS: no host is not every host") {
  CHECK(name_for("") == "\"\" is not a host name");
  CHECK(name_for(".") == "\".\" is not a host name");
  CHECK(name_for("..") == "\"..\" is not a host name");
  CHECK(name_for("%eth0:") == "\"%eth0:\" is not a host name");
  CHECK(name_for(".example") == "\".example\" is not a host name");
  CHECK(name_for("db.example", ".example") == "\".example\" is not a host name");
}

TEST_CASE("TLS: security level 2, in our handshakes and in those of a library") {
  const auto ours = make_tls_context({}, "db.example", "");
  REQUIRE(ours);
  CHECK(SSL_CTX_get_security_level((*ours)->native()) == 2);
  REQUIRE(watch_other_handshakes());
  const SslContext other(SSL_CTX_new(TLS_client_method()));
  const Ssl ssl(SSL_new(other.get()));
  CHECK(SSL_get_security_level(ssl.get()) == 2);
  CHECK(is_strong(ssl.get()));
  SSL_set_security_level(ssl.get(), 1);
  CHECK_FALSE(is_strong(ssl.get()));
}
