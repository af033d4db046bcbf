// Keeping what is secret in a URL out of everything that is shown, and away from name servers.
#pragma once

#include "base/outcome.hpp"
#include "base/secret.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace probe {

/// The one rule about `@`, for every scheme and before anything else is read of `text`, which has a
/// `://`: it stands once in the authority, behind user and password. Any other may be a part of a
/// password that is not percent-encoded, and so may all that stands before it: one in the
/// authority, in the fragment, in what would be the host, path or parameter of a database, or
/// behind a user in what would be the path of HTTP or a socket. The complaint quotes nothing.
Parsed<void> check_at_signs(std::string_view text);

/// The complaint about an `@` where none is meant.
std::unexpected<UsageError> unexpected_at_sign();

/// Where the `@` behind user and password is; npos if there is none. `text` obeys `check_at_signs`.
/// libpq takes a `?` before it as a part of the password, and so do we for Postgres.
std::size_t userinfo_end(std::string_view text);

/// Adds the values of a query's parameters that are named like secrets.
void add_secret_parameters(std::string_view query, std::vector<Secret>& secrets);

/// A valid URL that may be shown, once it is `printable`: without password and the values of query
/// parameters that are named like secrets (`password`, `token`, …). `text` has no fragment.
std::string redact_url(std::string_view text);

/// The same for any word, for complaints about it: a password may stand anywhere in it, so less is
/// shown. Printable.
std::string redact_word(std::string_view text);

/// Whether a text is made like a scheme (RFC 3986, section 3.1), with `jdbc:` before it or not.
bool is_scheme(std::string_view text);

}  // namespace probe
