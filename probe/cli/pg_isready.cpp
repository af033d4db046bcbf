#include "cli/pg_isready.hpp"

#include "base/text.hpp"
#include "cli/libpq_names.hpp"
#include "cli/process.hpp"
#include "protocols/postgres/connection.hpp"
#include "protocols/postgres/diagnosis.hpp"
#include "protocols/postgres/uri.hpp"
#include "target/redact.hpp"
#include "target/url.hpp"
#include "version.hpp"

#include <libpq-fe.h>

#include <pg_config.h>
#include <pg_config_manual.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace probe {
namespace {

constexpr const char* program = "pg_isready";

// Where libpq looks when nothing names a host. Debian's place, not upstream's /tmp: our libpq is
// built with Debian's patches, and the servers of Debian and of the Docker image listen there.
static_assert(std::string_view(DEFAULT_PGSOCKET_DIR) == "/var/run/postgresql");

/// A word that the original repeats as it is; less of it where it looks like a connection string in
/// the wrong place, password and all.
std::string shown(std::string_view word) {
  const bool suspect = word.find_first_of("@=", 1) != word.npos || word.find("://") != word.npos;
  return suspect ? redact_word(word) : std::string(word);
}

struct Request {
  const char* host = nullptr;
  const char* port = nullptr;
  const char* user = nullptr;
  const char* dbname = nullptr;  ///< or a whole connection string
  const char* timeout = "3";     ///< seconds, as libpq reads them
  bool quiet = false;
};

using Field = const char* Request::*;
struct Option {
  std::string_view name;
  char letter;
  Field value;  ///< null for --quiet
};
constexpr std::array options{
    Option{"dbname", 'd', &Request::dbname},   Option{"host", 'h', &Request::host},
    Option{"port", 'p', &Request::port},       Option{"quiet", 'q', nullptr},
    Option{"timeout", 't', &Request::timeout}, Option{"username", 'U', &Request::user},
};

/// The command line as GNU getopt_long(3) reads it, with its complaints: long names may be
/// shortened, options may follow operands.
class Getopt {
 public:
  explicit Getopt(std::span<const char* const> words) : words_(words) {}

  std::expected<Request, std::string> read() {
    const char* operand = nullptr;
    bool literal = false;
    while (next_ < words_.size() && complaint_.empty()) {
      const char* text = words_[next_++];
      const std::string_view word = text;
      if (literal || word == "-" || !word.starts_with('-')) {
        if (operand == nullptr) operand = text;
      } else if (word == "--") {
        literal = true;
      } else if (word.starts_with("--")) {
        long_option(text + 2);
      } else {
        short_options(text + 1);
      }
    }
    if (operand != nullptr && complaint_.empty()) {
      complaint_ = cat(program, ": error: too many command-line arguments (first is \"",
                       shown(operand), "\")");
    }
    if (!complaint_.empty()) return std::unexpected(std::move(complaint_));
    return request_;
  }

 private:
  void complain(std::string_view text) { complaint_ = cat(words_.front(), ": ", text); }

  void long_option(const char* text) {
    const std::string_view word = text;
    const std::size_t equals = word.find('=');
    const std::string_view name = word.substr(0, equals);
    const auto matches = [&](const Option& option) { return option.name.starts_with(name); };
    const auto* option = std::ranges::find_if(options, matches);
    if (option == options.end() || name.empty()) {
      complain(cat("unrecognized option '", shown(cat("--", word)), "'"));
      return;
    }
    const bool has_value = equals != std::string_view::npos;
    if (option->value == nullptr && has_value) {
      complain(cat("option '--", option->name, "' doesn't allow an argument"));
      return;
    }
    if (!take(*option, has_value ? text + equals + 1 : nullptr))
      complain(cat("option '--", option->name, "' requires an argument"));
  }

  /// `-q`, `-p 5432`, `-qp5432`.
  void short_options(const char* letters) {
    for (; *letters != '\0' && complaint_.empty(); ++letters) {
      const auto* option = std::ranges::find(options, *letters, &Option::letter);
      if (option == options.end()) {
        complain(cat("invalid option -- '", *letters, "'"));
        return;
      }
      const bool attached = option->value != nullptr && letters[1] != '\0';
      if (!take(*option, attached ? letters + 1 : nullptr))
        complain(cat("option requires an argument -- '", *letters, "'"));
      if (attached) return;
    }
  }

  /// False if there is no value.
  bool take(const Option& option, const char* value) {
    if (option.value == nullptr) {
      request_.quiet = true;
      return true;
    }
    if (value == nullptr && next_ < words_.size()) value = words_[next_++];
    request_.*option.value = value;
    return value != nullptr;
  }

  std::span<const char* const> words_;
  std::size_t next_ = 1;
  Request request_;
  std::string complaint_;
};

const char* value_of(const Conninfo& list, std::string_view keyword) {
  for (const auto* option = list.get(); option != nullptr && option->keyword != nullptr; ++option) {
    if (keyword == option->keyword) return option->val;
  }
  return nullptr;
}

bool is_connection_string(std::string_view dbname) {
  return dbname.starts_with("postgresql://") || dbname.starts_with("postgres://") ||
         dbname.find('=') != std::string_view::npos;
}

/// `HOST:PORT` as the user knows it: an address, else a host, which may be a list; from the
/// connection string, else the options, else libpq's variables.
std::expected<std::string, std::string> place(const Request& request) {
  Conninfo given;
  if (request.dbname != nullptr && is_connection_string(request.dbname)) {
    const std::string_view text = request.dbname;
    const bool uri = text.starts_with("postgres") && text.find("://") != text.npos;
    // libpq would look up, and the original show, a part of the password.
    if (const auto checked = uri ? check_at_signs(text) : Parsed<void>(); !checked)
      return std::unexpected(checked.error().text);
    char* message = nullptr;
    given.reset(PQconninfoParse(request.dbname, &message));
    if (!given) {
      std::string complaint = redact_complaint(message == nullptr ? "out of memory" : message);
      PQfreemem(message);
      return std::unexpected(std::move(complaint));
    }
  }
  const Conninfo defaults(PQconndefaults());
  if (!defaults) return std::unexpected("could not fetch default options");
  const auto first_of = [&](const char* keyword, const char* option, const char* otherwise) {
    for (const char* value : {value_of(given, keyword), option, value_of(defaults, keyword)}) {
      if (value != nullptr) return value;
    }
    return otherwise;
  };
  const char* host = first_of("host", request.host, DEFAULT_PGSOCKET_DIR);
  return cat(shown(first_of("hostaddr", nullptr, host)), ":", first_of("port", request.port, ""));
}

/// libpq's own judgement, on which the original rests too.
PGPing ping(const Request& request) {
  const std::array keywords{"host",
                            "port",
                            "user",
                            "dbname",
                            "connect_timeout",
                            "fallback_application_name",
                            static_cast<const char*>(nullptr)};
  const std::array values{request.host,
                          request.port,
                          request.user,
                          request.dbname,
                          request.timeout,
                          program,
                          static_cast<const char*>(nullptr)};
  return PQpingParams(keywords.data(), values.data(), 1);
}

/// Overwrites what may hold a password, so that the process list does not show it.
void hide_secrets(std::span<char* const> words) {
  for (char* word : words.subspan(1)) {
    const std::string_view text = word;
    if (text.find("://") == text.npos && text.find("password") == text.npos) continue;
    // `-dURI`, `--dbname=URI`
    const std::size_t dashes = text.starts_with("--") ? text.find('=') + 1 : 2;
    const std::size_t value = text.starts_with('-') ? std::min(dashes, text.size()) : 0;
    overwrite_argument(word, cat(text.substr(0, value), shown(text.substr(value))));
  }
}

std::string help() {
  return cat(program, R"( issues a connection check to a PostgreSQL database.

Usage:
  pg_isready [OPTION]...

  -d, --dbname=DBNAME      database, or a connection string or URI
  -h, --host=HOSTNAME      host, or directory of the socket
  -p, --port=PORT          port
  -t, --timeout=SECS       how long to wait for each address; 0: for ever (default: 3)
  -U, --username=USERNAME  user (default: PGUSER, else postgres)
  -q, --quiet              print nothing
  -V, --version, -?, --help

Exit status: 0 accepting connections, 1 rejecting, 2 no response, 3 no attempt.
This is probe, called by that name.
)");
}

int check(const Request& request) {
  // Never the operating system's user, which may not even have a name.
  const char* user = std::getenv("PGUSER");
  if (user == nullptr || *user == '\0') ::setenv("PGUSER", "postgres", 1);
  if (!prepare_libpq_tls()) return exit_no_attempt;
  limit_name_lookups(std::strtol(request.timeout, nullptr, 10));
  const auto where = place(request);
  if (!where) {
    write_error(cat(program, ": error: ", where.error(), "\n"));
    return exit_no_attempt;
  }
  const PGPing answer = ping(request);
  constexpr std::array lines{"accepting connections", "rejecting connections", "no response",
                             "no attempt"};
  if (!request.quiet) write_out(cat(*where, " - ", lines.at(answer), "\n"));
  return answer;
}

}  // namespace

bool called_pg_isready(std::span<char* const> words) {
  if (words.empty()) return false;
  const std::string_view path = words.front();
  return path.substr(path.rfind('/') + 1) == program;
}

int pg_isready(std::span<char* const> words) {
  const std::string_view first = words.size() > 1 ? words[1] : "";
  if (first == "--help" || first == "-?") {
    write_out(help());
    return PQPING_OK;
  }
  if (first == "--version" || first == "-V") {
    write_out(cat(program, " (PostgreSQL) ", PG_VERSION, " (probe ", version, ")\n"));
    return PQPING_OK;
  }
  const std::vector<std::string> copies(words.begin(), words.end());
  std::vector<const char*> pointers;
  pointers.reserve(copies.size());
  for (const std::string& copy : copies) pointers.push_back(copy.c_str());
  hide_secrets(words);
  const auto request = Getopt(pointers).read();
  if (request) return check(*request);
  write_error(cat(request.error(), "\n", program, ": hint: Try \"", program,
                  " --help\" for more information.\n"));
  return exit_no_attempt;
}

}  // namespace probe
