// The program under another name: a drop-in for PostgreSQL's pg_isready.
#pragma once

#include <span>

namespace probe {

/// Whether the program was called as `pg_isready`, by a link or a copy of that name.
bool called_pg_isready(std::span<char* const> words);

/// Does what pg_isready of PostgreSQL 15 does with these words (the first is the program's) and
/// libpq's variables: the same options, lines and judgement. Returns its exit status: 0 accepting
/// connections, 1 rejecting, 2 no response, 3 no attempt. Differences: a name is looked up by our
/// resolver, for no longer than `-t`; the user is PGUSER, else `postgres`, never the operating
/// system's; what may hold a password is not repeated.
int pg_isready(std::span<char* const> words);

/// No attempt was made; also for an error of our own.
inline constexpr int exit_no_attempt = 3;

}  // namespace probe
