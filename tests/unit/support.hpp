// What several unit tests need.
#pragma once

#include "base/text.hpp"
#include "catch.hpp"
#include "protocols/exchange.hpp"
#include "protocols/protocol.hpp"

namespace probe {

/// A target of the URL `text`, which must be valid.
inline Target target_of(std::string_view text, CheckOptions options = {}) {
  const Protocol* protocol = find_protocol(text.substr(0, text.find("://")));
  REQUIRE(protocol != nullptr);
  auto target = protocol->parse(*protocol, text, std::move(options));
  if (!target) FAIL(target.error().text);
  return *std::move(target);
}

/// The complaint about a target that must not be valid.
inline std::string complaint_about(std::string_view text) {
  const Protocol* protocol = find_protocol(text.substr(0, text.find("://")));
  REQUIRE(protocol != nullptr);
  const auto target = protocol->parse(*protocol, text, {});
  REQUIRE_FALSE(target.has_value());
  return target.error().text;
}

/// Feeds `answer` to fresh exchanges, split in two at every place and then byte by byte; all must
/// come to the same end, which is returned. `feed` takes a list of pieces.
template <class Feed>
auto at_every_split(std::string_view answer, Feed feed) {
  const auto whole = feed(std::vector<std::string_view>{answer});
  for (std::size_t i = 1; i < answer.size(); ++i) {
    INFO("split at " << i);
    CHECK(feed(std::vector<std::string_view>{answer.substr(0, i), answer.substr(i)}) == whole);
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < answer.size(); ++i) bytes.push_back(answer.substr(i, 1));
  CHECK(feed(bytes) == whole);
  return whole;
}

/// What a step has come to: the detail of the outcome, `stage/reason: detail` of the failure, with
/// its code behind the reason, or `stage: what is awaited`.
inline std::string told(Exchange& exchange, const Exchange::Step& step) {
  if (step && *step != Exchange::Next::done)
    return cat(name(exchange.stage()), ": ", exchange.awaited());
  const Outcome outcome = step ? exchange.outcome() : std::unexpected(exchange.failure());
  if (outcome) return outcome->detail;
  const auto& [stage, reason, detail, code, address] = outcome.error();
  return cat(name(stage), "/", name(reason), code.empty() ? "" : " ", code, ": ", detail);
}

/// What `answer`, and then the end of the stream if it `ends`, comes to, however it is split. What
/// a failure quotes of it depends on that, and is cut off.
inline std::string outcome_of(const Target& target, std::string_view answer, bool ends = false) {
  return at_every_split(answer, [&](const auto& pieces) {
    const auto exchange = target.protocol->make(target);
    auto step = exchange->begin();
    for (const auto piece : pieces) {
      if (step && *step == Exchange::Next::read) step = exchange->feed(piece);
    }
    if (ends && step && *step == Exchange::Next::read) step = exchange->end(false);
    const std::string text = told(*exchange, step);
    return text.substr(0, text.find(": \""));
  });
}

}  // namespace probe
