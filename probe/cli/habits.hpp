// What users of other tools type, and what to type instead.
#pragma once

#include "run/runner.hpp"

#include <span>
#include <string>
#include <string_view>

namespace probe {

/// `; use -q`, for an option of curl, wget, pg_isready and the like, as typed (`-s`,
/// `--silent`); empty if there is nothing to say.
std::string option_advice(std::string_view option);

/// The URL that says what `-h HOST -p PORT` says to pg_isready and redis-cli; empty without a HOST.
std::string host_and_port_as_url(std::span<char* const> typed);

/// `; write …`, for a word that should have been a target and has no `://`; empty if there is
/// nothing to say. `next` is the word behind it, or empty.
std::string word_advice(std::string_view word, std::string_view next = "");

/// `; 6379 is the port of redis://`, for a failure that looks like a conversation with the wrong
/// server.
std::string port_advice(const Target& target, const Failure& failure);

}  // namespace probe
