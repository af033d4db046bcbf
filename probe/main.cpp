// Arguments to command to exit status.
#include "base/secret.hpp"
#include "base/text.hpp"
#include "cli/command_line.hpp"
#include "cli/commands.hpp"
#include "cli/help.hpp"
#include "cli/install.hpp"
#include "cli/pg_isready.hpp"
#include "cli/process.hpp"

#include <exception>
#include <new>
#include <span>

namespace {

int main_with_exceptions(std::span<char* const> arguments) {
  const auto line = probe::parse_command_line(arguments);
  if (!line) {
    constexpr std::size_t longest = 2000;
    probe::write_error(probe::cat("probe: ", probe::printable(line.error().text, longest), "\n"));
    return probe::exit_usage;
  }
  switch (line->command) {
    case probe::Command::help:
      probe::write_out(probe::help_text());
      return probe::exit_ready;
    case probe::Command::version:
      probe::write_out(probe::version_text());
      return probe::exit_ready;
    case probe::Command::licenses:
      probe::write_out(probe::licenses_text());
      return probe::exit_ready;
    case probe::Command::install: {
      const auto installed = probe::install(line->destination);
      if (!installed) probe::write_error(probe::cat("probe: ", installed.error(), "\n"));
      return installed ? probe::exit_ready : probe::exit_not_ready;
    }
    case probe::Command::wait:
      probe::wipe_stack();  // of what was read
      return probe::wait(*line);
    case probe::Command::check:
      break;
  }
  return probe::check(*line);
}

}  // namespace

int main(int argc, char** argv) {
  const std::span<char* const> words(argv, static_cast<std::size_t>(argc));
  const bool drop_in = probe::called_pg_isready(words);
  try {
    probe::prepare_process();
    return drop_in ? probe::pg_isready(words)
                   : main_with_exceptions(words.subspan(words.empty() ? 0 : 1));
  } catch (const std::bad_alloc&) {
    probe::write_error("probe: out of memory\n");
  } catch (const std::exception& error) {
    probe::write_error(probe::cat("probe: internal error: ", error.what(), "\n"));
  } catch (...) {
    probe::write_error("probe: internal error\n");
  }
  return drop_in ? probe::exit_no_attempt : probe::exit_not_ready;
}
