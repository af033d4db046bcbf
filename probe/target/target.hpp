// What is to be checked, and how: the result of reading one TARGET and its options.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "target/expectation.hpp"
#include "target/status_set.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace probe {

struct Protocol;
class TlsContext;

/// The options of the command line that one target can use.
enum class CheckOption : std::uint8_t {
  status,
  method,
  header,
  data,
  location,
  expect_text,  ///< `--expect-body`, `--expect-regex`
  expect_json,
  expect_header,
  max_age,
  query,
  role,
  inverted,
  insecure,
  cacert,
  cert,
  key,
  server_name,
  cert_days,
};

/// A set of `CheckOption`s.
class CheckOptionSet {
 public:
  constexpr CheckOptionSet() = default;
  constexpr CheckOptionSet(std::initializer_list<CheckOption> options) {
    for (const CheckOption option : options) insert(option);
  }
  constexpr void insert(CheckOption option) { bits_ |= 1U << static_cast<unsigned>(option); }
  constexpr bool contains(CheckOption option) const {
    return (bits_ >> static_cast<unsigned>(option) & 1U) != 0;
  }
  constexpr CheckOptionSet operator|(CheckOptionSet other) const {
    other.bits_ |= bits_;
    return other;
  }

 private:
  std::uint32_t bits_ = 0;
};

/// What a database server is to its replicas.
enum class Role : std::uint8_t { any, primary, standby };

struct CheckOptions {
  CheckOptionSet given;  ///< which of them the user named
  StatusSet status;
  std::string method = "GET";
  std::vector<std::pair<std::string, Secret>> headers;  ///< field name, field value (RFC 9110, 5.1)
  std::optional<Secret> data;                           ///< the request's content
  bool location = false;                                ///< follow redirects
  std::vector<Expectation> expectations;
  std::optional<Duration> max_age;  ///< since a file was modified
  std::string query;                ///< SQL whose first value decides; empty: none
  Role role = Role::any;
  std::string_view role_name;  ///< as it was typed
  bool inverted = false;       ///< ready when nobody is there
  bool insecure = false;
  std::string cacert;       ///< PEM file of trusted roots; empty: the system's or the built-in ones
  std::string cert;         ///< PEM file of the client's certificate chain
  std::string key;          ///< PEM file of its private key; empty: in `cert`
  std::string server_name;  ///< for SNI and verification; empty: the URL's host
  unsigned cert_days = 0;   ///< for which the peer's certificate has to hold
  /// What came from files, and what else a peer may repeat, for `conceal`.
  std::vector<Secret> secrets;
};

/// Where to connect: a Unix socket's path if `socket` is not empty, else a host and port.
struct Endpoint {
  std::string host;  ///< name or address literal without brackets
  std::string
      address;  ///< an address to use instead of looking `host` up (libpq's hostaddr), or empty
  std::uint16_t port = 0;
  std::string socket;
};

struct Target {
  const Protocol* protocol = nullptr;
  std::string name;                 ///< as the user knows it, without secrets
  std::vector<Endpoint> endpoints;  ///< one, but for Postgres, where libpq allows several
  std::optional<std::string> user;
  std::optional<Secret> password;
  std::vector<Secret> secrets;  ///< others of the URL's, which a peer may repeat
  /// What else the URL says, in a type that only the protocol's own files know (`data_of`).
  std::shared_ptr<const void> data;
  CheckOptions options;
  std::shared_ptr<const TlsContext> tls;  ///< set if the stream may be wrapped in TLS
};

/// What the target's protocol has left in it.
template <class Data>
const Data& data_of(const Target& target) {
  return *static_cast<const Data*>(target.data.get());
}

/// A Secret with this text, which is one of `known` if that has it.
Secret shared_secret(std::string text, std::span<const Secret> known);

/// `text` with `secrets` replaced by `***`, however their characters are escaped in it.
std::string conceal(std::string_view text, std::span<const Secret> secrets);

/// `text` with the target's secrets replaced by `***`, should a peer or a library have repeated
/// one. A secret that is part of the target's own name is none.
std::string conceal(std::string_view text, const Target& target);

/// What is shown of a text that is a peer's, or may have a secret in it: the one place where such a
/// text is cut, since it has to be concealed as a whole. Printable, at most `limit` bytes.
std::string excerpt(std::string_view text, std::span<const Secret> secrets, std::size_t limit);
std::string excerpt(std::string_view text, const Target& target, std::size_t limit);

}  // namespace probe
