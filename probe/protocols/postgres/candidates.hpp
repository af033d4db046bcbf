// The addresses that libpq is to try.
#pragma once

#include "net/attempt.hpp"
#include "net/task.hpp"
#include "target/target.hpp"

#include <libpq-fe.h>

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace probe {

/// One address of one host, as libpq takes it.
struct Candidate {
  std::string host;     ///< as its certificate has it
  std::string address;  ///< empty for a socket directory
  std::string port;
  std::string text;  ///< for people
  bool stalled = false;
};

/// Looks up all hosts of `target` at once; fails only if none has an address.
Task<std::expected<std::vector<Candidate>, Failure>> find_candidates(const Target& target,
                                                                     Attempt& attempt);

using CandidateField = std::string Candidate::*;

/// One field of all candidates as a list, by default as libpq has them ("host", "hostaddr",
/// "port").
std::string join_column(const std::vector<Candidate>& candidates, CandidateField column,
                        std::string_view separator = ",");

/// The one that libpq is at, as an index.
std::size_t current_candidate(const std::vector<Candidate>& candidates, const PGconn* connection);

/// What libpq is told, as its keywords and their values; the last one of several counts. Unless it
/// `logs_in`, no password file is read.
std::vector<std::pair<std::string, Secret>> connection_parameters(
    const Target& target, const std::vector<Candidate>& candidates, bool logs_in);

}  // namespace probe
