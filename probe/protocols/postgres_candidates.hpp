// The addresses that libpq is to try.
#pragma once

#include "net/attempt.hpp"
#include "target/target.hpp"

#include <asio/awaitable.hpp>

#include <expected>
#include <string>
#include <string_view>
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
asio::awaitable<std::expected<std::vector<Candidate>, Failure>> find_candidates(
    const Target& target, Attempt& attempt);

using CandidateField = std::string Candidate::*;

/// One field of all candidates as a list, by default as libpq has them ("host", "hostaddr",
/// "port").
std::string join_column(const std::vector<Candidate>& candidates, CandidateField column,
                        std::string_view separator = ",");

}  // namespace probe
