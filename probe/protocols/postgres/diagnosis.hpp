// What libpq's messages and states mean: failures, their stage, and the password file that libpq
// would complain about on standard error.
#pragma once

#include "base/outcome.hpp"
#include "target/target.hpp"

#include <libpq-fe.h>

#include <string>
#include <string_view>
#include <vector>

namespace probe {

/// Reads PQerrorMessage of a failed connection, made with PQERRORS_VERBOSE: of each address that
/// was tried, the server's words and SQLSTATE if it sent an error, else libpq's own words. `stage`
/// is where the connection was; an error that tells more (a certificate, a login) moves it. Never
/// empty.
std::vector<Failure> parse_connection_errors(std::string_view message, Stage stage);

/// Whether a pooler refuses to pass libpq's `options` on.
bool refuses_options(const Failure& failure);

/// An ErrorResponse of a server or of a pooler in front of it.
Failure server_failure(Stage stage, std::string_view sqlstate, std::string_view message);

/// `57P03`, the SQLSTATE of a server that is starting up, shutting down or recovering.
inline constexpr std::string_view cannot_connect_now = "57P03";

/// PQconninfoParse's complaint without the parts of the connection string that it quotes, which may
/// hold the password.
std::string redact_complaint(std::string_view message);

/// More than a login and one row ever need, and what is said of a server that sends more.
constexpr std::size_t answer_limit = std::size_t{1024} * 1024;
Failure oversized(Stage stage);

Stage stage_of(ConnStatusType status);

/// What a time-out in this stage is about.
std::string_view awaited(Stage stage);

/// Why libpq does not use the password file (`passfile=`, PGPASSFILE, ~/.pgpass): it is no plain
/// file, or others may read it. Empty if there is none, or nothing wrong with it.
std::string ignored_password_file(const Target& target);

/// Says so where a password was wanted.
Outcome explain_missing_password(const Target& target, Outcome outcome);

}  // namespace probe
