// The password file that libpq would complain about on standard error.
#pragma once

#include "base/outcome.hpp"
#include "target/target.hpp"

#include <string>

namespace probe {

/// Why libpq does not use the password file (`passfile=`, PGPASSFILE, ~/.pgpass): it is no plain
/// file, or others may read it. Empty if there is none, or nothing wrong with it.
std::string ignored_password_file(const Target& target);

/// Says so where a password was wanted.
Outcome explain_missing_password(const Target& target, Outcome outcome);

}  // namespace probe
