// libpq's error messages as failures.
#pragma once

#include "base/outcome.hpp"

#include <string>
#include <string_view>

namespace probe {

/// Reads PQerrorMessage of a failed connection, made with PQERRORS_VERBOSE: the server's words and
/// SQLSTATE if it sent an error, else libpq's own words. `stage` is where the connection was; an
/// error that tells more (a certificate, a login) moves it. With several hosts the distinct errors
/// are joined.
Failure parse_connection_error(std::string_view message, Stage stage);

/// `57P03`, the SQLSTATE of a server that is starting up, shutting down or recovering.
inline constexpr std::string_view cannot_connect_now = "57P03";

/// The reason that an SQLSTATE stands for (PostgreSQL, Appendix A).
Reason reason_of_sqlstate(std::string_view code);

/// PQconninfoParse's complaint without the parts of the connection string that it quotes, which may
/// hold the password.
std::string redact_complaint(std::string_view message);

}  // namespace probe
