// What is made of an attempt's end.
#pragma once

#include "base/outcome.hpp"
#include "run/runner.hpp"

#include <exception>
#include <span>
#include <vector>

namespace probe {

/// For `--not`: that nobody answers there, or that a file is not there, is what is wanted.
Outcome inverted(Outcome outcome, bool file = false);

/// What this system, not the peer, has failed at. Throws what is a mistake of ours.
Failure failure_of(const std::exception_ptr& error);

/// What is said of a target that had no attempt: others were first, where few files can be open at
/// once, or there was no time.
Failure never_begun(bool few_files, bool stopped);

/// The same for all: this system has failed before any attempt could start.
std::vector<Result> all_failed(std::span<const Target> targets, const Failure& failure,
                               unsigned attempts, Duration elapsed);

}  // namespace probe
