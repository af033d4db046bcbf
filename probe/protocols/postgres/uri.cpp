#include "protocols/postgres/uri.hpp"

#include "base/text.hpp"
#include "target/redact.hpp"
#include "target/url.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace probe {
namespace {

using Names = std::vector<std::string_view>;

Names keywords_of(const Conninfo& list) {
  Names names;
  for (const auto* option = list.get(); option != nullptr && option->keyword != nullptr; ++option)
    names.emplace_back(option->keyword);
  return names;
}

bool contains(const auto& names, std::string_view name) {
  return std::ranges::find(names, name) != names.end();
}

/// Parameters of Rails and of JDBC that only look like one of libpq's with a mistake in it.
constexpr std::array<std::string_view, 5> no_mistakes{"pool", "ApplicationName", "connectTimeout",
                                                      "gssEncMode", "channelBinding"};

/// The keyword that was meant by a name which is not quite one.
std::string_view misspelled(std::string_view name, const Names& keywords) {
  if (contains(no_mistakes, name)) return {};
  const auto near = [&](std::string_view keyword) { return edit_distance(name, keyword) <= 2; };
  const auto found = std::ranges::find_if(keywords, near);
  return found == keywords.end() ? std::string_view() : *found;
}

/// The sslmode that a driver's `ssl` stands for; empty if it stands for none. As with libpq's own
/// `ssl=true`, true is `require`.
std::string_view sslmode_of(std::string_view ssl) {
  constexpr std::array<std::string_view, 4> on{"", "true", "1", "on"};
  constexpr std::array<std::string_view, 3> off{"false", "0", "off"};
  constexpr std::array<std::string_view, 7> modes{"disable",   "allow",     "prefer",     "require",
                                                  "no-verify", "verify-ca", "verify-full"};
  if (contains(on, ssl)) return "require";
  if (contains(off, ssl)) return "disable";
  const auto* mode = std::ranges::find(modes, ssl);
  return mode == modes.end() ? std::string_view() : *mode;
}

/// Goes through the parameters and collects what becomes of them.
class Parameters {
 public:
  explicit Parameters(const Names& keywords) : keywords_(keywords) {}

  Parsed<void> add(const QueryParameter& parameter) {
    const std::string name = percent_decode(parameter.name).value_or(std::string(parameter.name));
    const std::string value(parameter.value.value_or(""));
    if (name == "sslmode" && parameter.value) {
      sslmode_ = value;
    } else if (name == "ssl") {
      ssl_ = sslmode_of(value);
      if (ssl_.empty()) return usage_error(cat('"', printable(value), "\" is not a value of ssl"));
    } else if (name == "sslaccept") {
      strict_ |= value == "strict";
    } else if (name == "requiressl" && !contains(keywords_, name)) {
      return usage_error("requiressl: write sslmode=require");
    } else if (name == "require_auth" && !contains(keywords_, name)) {
      return usage_error("require_auth is not possible: the libpq of this probe does not have it");
    } else if (contains(keywords_, name)) {
      kept_.push_back(cat(parameter.name, parameter.value ? "=" : "", value));
    } else {
      return leave_out(name, value);
    }
    return {};
  }

  LibpqUri behind(std::string_view place) {
    std::string_view mode = sslmode_.empty() ? ssl_ : sslmode_;
    if (strict_) mode = "verify-full";
    const bool unverified = mode == "no-verify";
    if (!mode.empty()) kept_.push_back(cat("sslmode=", unverified ? "require" : mode));
    std::string text(place);
    for (const std::string& parameter : kept_)
      text += cat(&parameter == &kept_.front() ? "?" : "&", parameter);
    return {.text = std::move(text), .left_out = std::move(left_out_), .unverified = unverified};
  }

 private:
  Parsed<void> leave_out(std::string_view name, std::string_view value) {
    if (const std::string_view meant = misspelled(name, keywords_); !meant.empty()) {
      return usage_error(
          cat('"', printable(name), "\" is not a parameter of libpq; did you mean ", meant, "?"));
    }
    if (value.find('@') != std::string_view::npos) return unexpected_at_sign();
    left_out_ += cat(left_out_.empty() ? "" : ", ", printable(name));
    return {};
  }

  const Names& keywords_;
  std::vector<std::string> kept_;
  std::string left_out_;
  std::string sslmode_;
  std::string_view ssl_;
  bool strict_ = false;  // Prisma's sslaccept
};

}  // namespace

void FreeConninfo::operator()(PQconninfoOption* list) const {
  for (auto* option = list; option->keyword != nullptr; ++option) {
    if (option->val != nullptr) explicit_bzero(option->val, std::strlen(option->val));
  }
  PQconninfoFree(list);
}

Parsed<LibpqUri> libpq_uri(std::string_view text) {
  if (auto checked = check_at_signs(text); !checked) return std::unexpected(checked.error());
  const std::size_t scheme_end = text.find("://");
  const std::size_t at = userinfo_end(text);
  const std::size_t query = text.find('?', at == std::string_view::npos ? scheme_end : at);
  const std::string place = cat("postgresql", text.substr(scheme_end, query - scheme_end));
  if (query == std::string_view::npos) return LibpqUri{.text = place, .left_out = ""};
  const Conninfo list(PQconninfoParse("", nullptr));
  const Names keywords = keywords_of(list);
  Parameters parameters(keywords);
  for (std::string_view rest = text.substr(query + 1); !rest.empty();) {
    if (auto added = parameters.add(QueryParameter(rest)); !added)
      return std::unexpected(added.error());
  }
  return parameters.behind(place);
}

}  // namespace probe
