#include "net/resolver.hpp"

#include "base/text.hpp"
#include "net/dns.hpp"
#include "net/host_names.hpp"
#include "net/task.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string_view>

namespace probe {
namespace {

/// How long IPv6 addresses may still come when IPv4 ones are there (RFC 8305, section 3), and the
/// other way round: longer, since without IPv4 addresses a server may be out of reach.
constexpr std::chrono::milliseconds ipv6_delay{50};
constexpr std::chrono::milliseconds ipv4_delay{1000};

bool is_localhost(std::string_view host) {
  if (host.ends_with('.')) host.remove_suffix(1);
  constexpr std::string_view name = "localhost";
  if (host.size() < name.size() ||
      !equal_ignoring_case(host.substr(host.size() - name.size()), name)) {
    return false;
  }
  return host.size() == name.size() || host[host.size() - name.size() - 1] == '.';
}

/// How much a failure tells; that of a candidate which ends the search tells the most.
int weight(int status) {
  switch (status) {
    case ARES_ENOTFOUND:
      return 1;
    case ARES_SUCCESS:  // without an address
    case ARES_ENODATA:
      return 2;
    case ARES_ESERVFAIL:
      return 3;
    default:
      return 4;
  }
}

Reason reason_of(int status) {
  if (status == ARES_ETIMEOUT) return Reason::timeout;
  const bool no_address = weight(status) <= weight(ARES_ENODATA);
  return no_address ? Reason::unreachable : Reason::not_ready;
}

/// The question about one host, which goes through its candidates: each is asked for in both
/// families, and left only when both have said that there is no address.
class Question {
 public:
  explicit Question(std::string host) : host_(std::move(host)) {
    asio::error_code not_literal;
    const auto literal = asio::ip::make_address(host_, not_literal);
    if (!not_literal) {
      known_ = {literal};
    } else if (is_localhost(host_)) {
      known_ = {asio::ip::address_v6::loopback(), asio::ip::address_v4::loopback()};
    } else {
      looked_up_ = true;
      auto listed = read_hosts_file("/etc/hosts", host_);
      if (listed) {
        known_ = *std::move(listed);
      } else {
        unreadable_ = listed.error();
      }
    }
    done_ = !known_.empty() || unreadable_ != 0;
  }

  const std::string& host() const { return host_; }
  bool done() const { return done_; }
  bool has_address() const { return !known_.empty(); }
  /// Whether it is worth a line of `-v`.
  bool looked_up() const { return looked_up_; }
  /// When what has come is enough.
  TimePoint enough() const { return enough_; }

  /// Asks the first server for its words (SERVFAIL, REFUSED); c-ares hides them when it goes on to
  /// the next server, so that is left for the other channel, which `thorough` makes.
  template <class Thorough>
  void advance(DnsChannel& channel, Thorough thorough) {
    if (channel.status() != ARES_SUCCESS) {
      fail(channel.status());
      return;
    }
    if (candidates_.empty()) {
      candidates_ = search_list(host_, read_search_domains("/etc/resolv.conf"));
      ask(channel);
    }
    while (!done_ && answered()) {
      if (std::ranges::any_of(answers_, [](const auto& a) { return !a.addresses.empty(); })) {
        take_addresses();
      } else if (const int status = failure();
                 server_failed(status) && !asked_all_ && channel.has_several_servers()) {
        first_words_ = status;
        asked_all_ = true;
        ask(thorough());
      } else {
        next(channel, asked_all_ ? first_words_ : status);
      }
    }
  }

  Addresses result() const {
    if (has_address()) return known_;
    if (unreadable_ != 0)
      return std::unexpected(Failure{Stage::resolve, Reason::not_ready,
                                     cat("cannot read /etc/hosts: ", std::strerror(unreadable_)),
                                     ""});
    const int status = done_ ? failure_ : ARES_ETIMEOUT;
    return std::unexpected(
        Failure{Stage::resolve, reason_of(status), explain_dns(status, host_), ""});
  }

 private:
  static bool server_failed(int status) {
    return status == ARES_ESERVFAIL || status == ARES_EREFUSED || status == ARES_ENOTIMP;
  }

  void ask(DnsChannel& channel) {
    enough_ = no_deadline;
    for (DnsAnswer& answer : answers_) channel.ask(candidates_[candidate_], answer);
  }

  /// Whether the candidate's answers are there, or one and enough of waiting for the other.
  bool answered() {
    const auto& [ipv6, ipv4] = answers_;
    if (ipv6.done && ipv4.done) return true;
    const TimePoint now = Clock::now();
    const bool some = !ipv6.addresses.empty() || !ipv4.addresses.empty();
    if (some && enough_ == no_deadline) enough_ = now + (ipv4.done ? ipv6_delay : ipv4_delay);
    return now >= enough_;
  }

  /// Alternating between the families, IPv6 first (RFC 8305, section 4).
  void take_addresses() {
    const auto& [ipv6, ipv4] = answers_;
    for (std::size_t i = 0; i < std::max(ipv6.addresses.size(), ipv4.addresses.size()); ++i) {
      if (i < ipv6.addresses.size()) known_.push_back(ipv6.addresses[i]);
      if (i < ipv4.addresses.size()) known_.push_back(ipv4.addresses[i]);
    }
    known_.resize(std::min(known_.size(), most_addresses));
    done_ = true;
  }

  /// The more telling of the candidate's two failures.
  int failure() const {
    const auto& [ipv6, ipv4] = answers_;
    return weight(ipv6.status) > weight(ipv4.status) ? ipv6.status : ipv4.status;
  }

  void fail(int status) {
    failure_ = status;
    done_ = true;
  }

  /// Goes on with the next candidate, if there is one and `status` lets it.
  void next(DnsChannel& channel, int status) {
    if (weight(status) > weight(failure_)) failure_ = status;
    asked_all_ = false;
    const bool ends = weight(status) > weight(ARES_ESERVFAIL) || ++candidate_ == candidates_.size();
    if (ends) {
      fail(failure_);
    } else {
      ask(channel);
    }
  }

  std::string host_;
  std::vector<asio::ip::address> known_;
  int unreadable_ = 0;  ///< the `errno` of /etc/hosts
  bool looked_up_ = false;
  bool done_ = false;
  std::vector<std::string> candidates_;
  std::size_t candidate_ = 0;
  std::array<DnsAnswer, 2> answers_{DnsAnswer(AF_INET6), DnsAnswer(AF_INET)};
  TimePoint enough_ = no_deadline;
  bool asked_all_ = false;
  int first_words_ = ARES_SUCCESS;
  int failure_ = ARES_ENOTFOUND;
};

/// The questions about several hosts, on the same channels.
class Resolution {
 public:
  Resolution(std::vector<std::string> hosts, Attempt& attempt) : attempt_(attempt) {
    for (std::string& host : hosts) questions_.emplace_back(std::move(host));
  }

  Task<std::vector<Addresses>> run() {
    TimePoint share = no_deadline;
    for (TimePoint until = advance(); until != finished && Clock::now() < share;
         until = advance()) {
      if (share == no_deadline && std::ranges::any_of(questions_, &Question::has_address)) {
        share = Clock::now() + (attempt_.deadline() - Clock::now()) / 2;
      }
      co_await step(std::min(until, share));
    }
    std::vector<Addresses> results;
    for (const Question& question : questions_) {
      results.push_back(question.result());
      note(question, results.back());
    }
    co_return results;
  }

 private:
  static constexpr TimePoint finished = TimePoint::min();

  /// Goes on as far as the answers allow. When to do so again even if none comes; `finished` if all
  /// is known.
  TimePoint advance() {
    TimePoint until = no_deadline;
    std::string open;
    for (Question& question : questions_) {
      if (!question.done()) {
        if (!first_) first_.emplace(ARES_FLAG_NOCHECKRESP);
        question.advance(*first_, [this]() -> DnsChannel& {
          return thorough_ ? *thorough_ : thorough_.emplace(0);
        });
      }
      if (question.done()) continue;
      until = std::min(until, question.enough());
      open += cat(open.empty() ? "\"" : ", \"", question.host(), '"');
    }
    if (open.empty()) return finished;
    attempt_.waiting(Stage::resolve, cat("no answer from the name server about ", open));
    return until;
  }

  /// Waits for the sockets that c-ares has open, or for its next time-out, and lets it go on.
  Task<void> step(TimePoint until) {
    std::vector<Interest> interests;
    for (auto* channel : {&first_, &thorough_}) {
      if (*channel) until = (*channel)->watch(attempt_.io(), interests, until);
    }
    co_await wait_any(attempt_.io(), interests, until);
    for (auto* channel : {&first_, &thorough_}) {
      if (*channel) (*channel)->go_on(interests);
    }
  }

  void note(const Question& question, const Addresses& result) const {
    if (!attempt_.tracing() || !question.looked_up()) return;
    if (!result) {
      if (questions_.size() > 1) attempt_.note(Stage::resolve, result.error().detail);
      return;
    }
    std::string list;
    for (const auto& address : *result) list += cat(list.empty() ? "" : ", ", address.to_string());
    attempt_.note(Stage::resolve, cat(question.host(), " is ", list));
  }

  Attempt& attempt_;
  std::vector<Question> questions_;  // before the channels, which answer at their end
  std::optional<DnsChannel> first_;
  std::optional<DnsChannel> thorough_;
};

}  // namespace

Task<std::vector<Addresses>> resolve_all(std::vector<std::string> hosts, Attempt& attempt) {
  Resolution resolution(std::move(hosts), attempt);
  co_return co_await resolution.run();
}

Task<Addresses> resolve(std::string host, Attempt& attempt) {
  std::vector<std::string> hosts;
  hosts.push_back(std::move(host));
  auto all = co_await resolve_all(std::move(hosts), attempt);
  co_return std::move(all.front());
}

}  // namespace probe
