// postgres, postgresql: libpq's non-blocking interface on Asio.
#include "base/text.hpp"
#include "base/watchdog.hpp"
#include "net/connect.hpp"
#include "net/task.hpp"
#include "protocols/common.hpp"
#include "protocols/postgres/connection.hpp"
#include "protocols/postgres/diagnosis.hpp"
#include "protocols/postgres/query.hpp"
#include "protocols/query_value.hpp"

#include <libpq-fe.h>

#include <sys/ioctl.h>

#include <algorithm>
#include <iterator>
#include <string>
#include <vector>

namespace probe {
namespace {

/// Whether there is anything to log in with or for; else the question is only whether the server
/// accepts connections.
bool logs_in(const Target& target) {
  const CheckOptions& options = target.options;
  return target.user || target.password || !options.query.empty() || options.role != Role::any;
}

/// One connection, from the first address to the answer of the query.
class Session {
 public:
  Session(const Target& target, Attempt& attempt, std::vector<Candidate> candidates)
      : target_(target), attempt_(attempt), candidates_(std::move(candidates)) {}

  Task<Outcome> run() {
    auto connected = co_await connect();
    if (bounded_ && !connected && refuses_options(connected.error())) {
      attempt_.note(Stage::login, cat(connected.error().detail, "; no statement_timeout, then"));
      bounded_ = false;
      connected = co_await connect();
    }
    if (!connected) {
      if (logs_in(target_) || !accepting_) co_return std::unexpected(connected.error());
      co_return Ready{"accepting connections"};
    }
    if (attempt_.tracing()) attempt_.note(Stage::login, cat("PostgreSQL ", server_version()));
    if (!logs_in(target_)) co_return Ready{"accepting connections"};
    co_return co_await ask();
  }

  /// Nobody waits any longer for the query that may be under way.
  void cancel() { cancel_query(std::move(connection_), attempt_.io()); }

 private:
  /// Lets libpq go through the candidates. One that does not answer at all within
  /// `connection_attempt_delay` goes to the end of the list, where it gets its share of the time
  /// that is left, once.
  Task<std::expected<void, Failure>> connect() {
    start();
    last_stage_ = Stage::connect;
    std::size_t current = 0;
    TimePoint give_up = patience(current);
    PostgresPollingStatusType wanted = PGRES_POLLING_WRITING;
    while (true) {
      const Stage stage = stage_of(PQstatus(connection_.get()));
      if (PQstatus(connection_.get()) == CONNECTION_BAD)
        co_return std::unexpected(failed(last_stage_));
      const auto secured = check_tls(connection_.get(), stage, target_.options.cert_days);
      if (!secured) co_return secured;
      if (stage != last_stage_) passed(last_stage_, stage);
      if (const std::size_t now = current_candidate(candidates_, connection_.get()); now != current)
        give_up = patience(current = now);
      attempt_.waiting(stage, awaited(stage), candidates_[current].text);
      const bool reading = wanted == PGRES_POLLING_READING;
      const bool ready = co_await wait(reading, stage == Stage::connect ? give_up : no_deadline);
      if (too_large()) co_return std::unexpected(oversized(stage));
      if (!ready) {
        postpone(current);
        give_up = patience(current = 0);
        wanted = PGRES_POLLING_WRITING;
        continue;
      }
      const auto next = poll(stage, reading, candidates_[current].text);
      if (!next) co_return std::unexpected(next.error());
      if (*next == PGRES_POLLING_OK) co_return std::expected<void, Failure>();
      wanted = *next;
    }
  }

  /// What libpq wants next, if it can go on.
  std::expected<PostgresPollingStatusType, Failure> poll(Stage stage, bool reading,
                                                         std::string_view address) {
    if (reading && stage == Stage::tls && !prepare_if_accepted(PQsocket(connection_.get())))
      return std::unexpected(weak_tls());
    if (stage == Stage::tls || logs_in(target_)) {
      start_watchdog();
      attempt_.waiting(stage, "not finished", address);
    }
    const PostgresPollingStatusType wanted = PQconnectPoll(connection_.get());
    if (overdue()) return std::unexpected(attempt_.timed_out());
    if (wanted == PGRES_POLLING_FAILED) return std::unexpected(failed(stage));
    return wanted;
  }

  /// Tells `-v` what has been reached.
  void passed(Stage from, Stage to) {
    last_stage_ = to;
    if (!attempt_.tracing()) return;
    if (from == Stage::connect)
      attempt_.note(from, cat("connected to ",
                              candidates_[current_candidate(candidates_, connection_.get())].text));
    if (to == Stage::login)
      attempt_.note(Stage::tls, PQsslInUse(connection_.get()) == 1 ? "encrypted" : "not encrypted");
  }

  void start() {
    forget_tls();
    auto parameters = connection_parameters(target_, candidates_, logs_in(target_));
    if (bounded_) {
      parameters.emplace_back("options",
                              Secret(options_with_timeout(target_, attempt_.deadline())));
    }
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    for (const auto& [keyword, value] : parameters) {
      keywords.push_back(keyword.c_str());
      values.push_back(value.reveal().c_str());
    }
    keywords.push_back(nullptr);
    values.push_back(nullptr);
    connection_.reset(PQconnectStartParams(keywords.data(), values.data(), 0));
    if (!connection_) throw std::bad_alloc();
    wipe_stack();
    PQsetErrorVerbosity(connection_.get(), PQERRORS_VERBOSE);
    constexpr auto ignored = [](void*, const char*) {};
    PQsetNoticeProcessor(connection_.get(), ignored, nullptr);
  }

  /// Until when a candidate may stay silent.
  TimePoint patience(std::size_t index) const {
    const auto after = candidates_.size() - index;
    if (after == 1) return no_deadline;
    const TimePoint now = Clock::now();
    if (!candidates_[index].stalled) return now + connection_attempt_delay;
    return now + (attempt_.deadline() - now) / static_cast<int>(after);
  }

  /// Starts again with the candidates after `index`, then those that stalled once; what came before
  /// has failed.
  void postpone(std::size_t index) {
    if (index > 0) {
      auto before = parse_connection_errors(PQerrorMessage(connection_.get()), Stage::connect);
      before.pop_back();  // this one's, which has none yet
      std::ranges::move(before, std::back_inserter(failures_));
    }
    Candidate stalled = std::move(candidates_[index]);
    candidates_.erase(candidates_.begin(),
                      candidates_.begin() + static_cast<std::ptrdiff_t>(index) + 1);
    if (!std::exchange(stalled.stalled, true)) candidates_.push_back(std::move(stalled));
    start();
  }

  /// Waits for libpq's socket, which may change with every call of libpq and is libpq's to close.
  Task<bool> wait(bool reading, TimePoint until) {
    struct Borrowed {
      Descriptor descriptor;
      ~Borrowed() { descriptor.release(); }
    } borrowed{Descriptor(attempt_.io(), PQsocket(connection_.get()))};
    const auto event = reading ? Descriptor::wait_read : Descriptor::wait_write;
    const bool ready = co_await wait_for(attempt_.io(), borrowed.descriptor, event, until);
    int available = 0;
    if (ready && reading &&
        ::ioctl(borrowed.descriptor.native_handle(), FIONREAD, &available) == 0) {
      received_ += static_cast<std::size_t>(available);
    }
    co_return ready;
  }

  bool too_large() const { return received_ > answer_limit; }

  /// A peer's text, without the password, which may be one of a password file.
  std::string shown(std::string_view text) const {
    const Secret password(PQpass(connection_.get()));
    return excerpt(conceal(text, {&password, 1}), target_, 400);
  }

  Failure failed(Stage stage) {
    auto failures = parse_connection_errors(PQerrorMessage(connection_.get()), stage);
    failures.insert(failures.begin(), failures_.begin(), failures_.end());
    // One address can have two: with TLS and without.
    const bool several = std::ranges::any_of(
        failures, [&](const Failure& one) { return one.address != failures.front().address; });
    for (Failure& one : failures) {
      // The server's words can look like libpq's, address and all.
      if (!addresses_.contains(one.address)) one.address = shown(one.address);
      if (several) attempt_.note(one.stage, cat(one.address, ": ", shown(one.detail)));
    }
    Failure failure = explain_tls(furthest(failures));
    failure.detail = shown(failure.detail);
    if (!several && failure.stage != Stage::connect) failure.address.clear();
    // The server has answered, if only to ask for a password or to turn this user away.
    accepting_ = failure.code == cannot_connect_now
                     ? false
                     : !failure.code.empty() || failure.reason == Reason::auth;
    return failure;
  }

  std::string server_version() const {
    const char* version = PQparameterStatus(connection_.get(), "server_version");
    return version == nullptr ? "of unknown version" : excerpt(version, target_, 60);
  }

  /// What the login is for: role and query where asked for, else whether a query is answered.
  Task<Outcome> ask() {
    const CheckOptions& options = target_.options;
    if (options.role != Role::any) {
      const auto standby = co_await query("SELECT pg_is_in_recovery()");
      if (!standby) co_return std::unexpected(standby.error());
      const bool wanted = options.role == Role::standby;
      if (is_true(*standby) != wanted)
        co_return std::unexpected(wrong_role(options.role_name, wanted ? "primary" : "standby"));
      // libpq takes the next query when the results of this one have been fetched.
      for (auto rest = co_await next_result(); rest && *rest;) rest = co_await next_result();
    }
    const bool own = !options.query.empty();
    if (own || options.role == Role::any) {
      const auto value = co_await query(own ? options.query.c_str() : "SELECT 1");
      if (!value) co_return std::unexpected(value.error());
      if (own && !is_true(*value)) co_return std::unexpected(unwanted(value->text, target_));
    }
    co_return Ready{cat("PostgreSQL ", server_version())};
  }

  /// The first value of the first row that comes; the results behind it are left.
  Task<std::expected<QueryValue, Failure>> query(const char* sql) {
    attempt_.waiting(Stage::query, awaited(Stage::query));
    if (PQsetnonblocking(connection_.get(), 1) != 0 || PQsendQuery(connection_.get(), sql) != 1) {
      co_return std::unexpected(failed(Stage::query));
    }
    // One row is all that is looked at, and all that is held.
    PQsetSingleRowMode(connection_.get());
    while (PQflush(connection_.get()) == 1) co_await wait(false, no_deadline);
    while (true) {
      const auto result = co_await next_result();
      if (!result) co_return std::unexpected(result.error());
      auto value = first_value(result->get());
      if (!value) co_return std::unexpected(value.error());
      std::optional<QueryValue>& first = *value;
      if (!first) continue;
      attempt_.note(Stage::query, cat(sql, " answered"));
      co_return *std::move(first);
    }
  }

  /// Null behind the last one.
  Task<std::expected<QueryResult, Failure>> next_result() {
    while (PQisBusy(connection_.get()) == 1) {
      co_await wait(true, no_deadline);
      if (too_large()) co_return std::unexpected(oversized(Stage::query));
      if (PQconsumeInput(connection_.get()) != 1) co_return std::unexpected(failed(Stage::query));
    }
    co_return QueryResult(PQgetResult(connection_.get()));
  }

  const Target& target_;
  Attempt& attempt_;
  std::vector<Candidate> candidates_;
  std::string addresses_ = join_column(candidates_, &Candidate::text, ", ");
  PostgresConnection connection_;
  Stage last_stage_ = Stage::connect;
  std::size_t received_ = 0;
  bool accepting_ = false;
  std::vector<Failure> failures_;  ///< of candidates that are not tried again
  /// A query of the user's may run for long; a pooler may refuse the option that bounds it.
  bool bounded_ = !target_.options.query.empty();
};

}  // namespace

/// Without user and password: ready if the server accepts connections, as `pg_isready` judges it
/// (any answer but 57P03, "cannot_connect_now"). With one: ready if login and `SELECT 1` work.
Task<Outcome> check_postgres(const Target& target, Attempt& attempt) {
  auto candidates = co_await find_candidates(target, attempt);
  if (!candidates) co_return std::unexpected(candidates.error());
  Session session(target, attempt, *std::move(candidates));
  try {
    co_return explain_missing_password(target, co_await session.run());
  } catch (...) {
    session.cancel();
    throw;
  }
}

}  // namespace probe
