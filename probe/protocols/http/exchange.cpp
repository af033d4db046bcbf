#include "protocols/http/exchange.hpp"

#include "base/text.hpp"
#include "protocols/common.hpp"
#include "version.hpp"

#include <llhttp.h>

#include <algorithm>
#include <array>

namespace probe {
namespace {

constexpr std::size_t header_limit = std::size_t{64} * 1024;
constexpr std::size_t body_limit = std::size_t{1024} * 1024;

std::string base64(std::string_view bytes) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) {
      return at < bytes.size() ? static_cast<unsigned>(static_cast<unsigned char>(bytes[at])) : 0U;
    };
    const unsigned group = byte(i) << 16U | byte(i + 1) << 8U | byte(i + 2);
    out += alphabet[group >> 18U & 63U];
    out += alphabet[group >> 12U & 63U];
    out += i + 1 < bytes.size() ? alphabet[group >> 6U & 63U] : '=';
    out += i + 2 < bytes.size() ? alphabet[group & 63U] : '=';
  }
  return out;
}

}  // namespace

Secret basic_credentials(const Target& target) {
  const std::string_view password =
      target.password ? target.password->reveal() : std::string_view();
  return Secret(base64(cat(target.user.value_or(""), ":", password)));
}

Secret http_request(const Target& target) {
  const CheckOptions& options = target.options;
  std::string out = cat(options.method, " ", data_of<HttpTarget>(target).path, " HTTP/1.1\r\n");
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!sets_header(options, name)) out += cat(name, ": ", value, "\r\n");
  };
  add("Host", authority(target, target.protocol->default_port));
  if (target.user || target.password)
    add("Authorization", cat("Basic ", basic_credentials(target).reveal()));
  add("User-Agent", cat("probe/", version));
  add("Accept", "*/*");
  add("Connection", "close");
  if (options.data) {
    add("Content-Type", "application/x-www-form-urlencoded");
    out += cat("Content-Length: ", options.data->reveal().size(), "\r\n");
  }
  for (const auto& [name, value] : options.headers) {
    if (!value.empty()) out += cat(name, ": ", value.reveal(), "\r\n");
  }
  out += "\r\n";
  if (options.data) out += options.data->reveal();
  return Secret(std::move(out));
}

struct HttpExchange::Parser {
  explicit Parser(const Target& checked)
      : target(checked),
        wants_body(std::ranges::any_of(checked.options.expectations, &Expectation::reads_body)) {
    llhttp_init(&state, HTTP_RESPONSE, &settings());
    state.data = this;
  }

  static Parser& of(llhttp_t* state) { return *static_cast<Parser*>(state->data); }

  bool wants_headers() const {
    return target.options.location || !target.options.expectations.empty();
  }

  /// An interim response is one that another follows; 101 is final, since no upgrade was asked for.
  bool interim() const { return state.status_code < 200 && state.status_code != 101; }

  static int status_text(llhttp_t* state, const char* text, std::size_t size) {
    of(state).phrase.append(text, size);
    return 0;
  }

  static int message_begun(llhttp_t* state) {
    of(state).phrase.clear();
    of(state).answer.headers.clear();
    return 0;
  }

  static int headers_complete(llhttp_t* state) {
    Parser& parser = of(state);
    parser.headers_done = !parser.interim();
    // RFC 9112, section 6.3: these have no body, whatever their header says.
    const int status = state->status_code;
    const bool bodiless = status < 200 || status == 204 || status == 304;
    return bodiless || parser.target.options.method == "HEAD" ? 1 : 0;
  }

  static int field_name(llhttp_t* state, const char* text, std::size_t size) {
    Parser& parser = of(state);
    if (!parser.wants_headers() || parser.headers_done) return 0;
    if (!parser.in_name) parser.answer.headers.emplace_back();
    parser.in_name = true;
    parser.answer.headers.back().first.append(text, size);
    return 0;
  }

  static int field_value(llhttp_t* state, const char* text, std::size_t size) {
    Parser& parser = of(state);
    if (!parser.wants_headers() || parser.headers_done) return 0;
    parser.in_name = false;
    parser.answer.headers.back().second.append(text, size);
    return 0;
  }

  static int body(llhttp_t* state, const char* text, std::size_t size) {
    Parser& parser = of(state);
    if (parser.wants_body) {
      const std::size_t room = body_limit - std::min(parser.body_bytes, body_limit);
      parser.answer.body.append(text, std::min(size, room));
    }
    parser.body_bytes += size;
    if (parser.body_bytes < body_limit) return 0;
    parser.answer.cut = true;
    parser.complete = true;
    return HPE_PAUSED;
  }

  static int message_complete(llhttp_t* state) {
    Parser& parser = of(state);
    if (parser.interim()) return 0;
    parser.complete = true;
    return HPE_PAUSED;
  }

  static const llhttp_settings_t& settings() {
    static const llhttp_settings_t callbacks = [] {
      llhttp_settings_t made;
      llhttp_settings_init(&made);
      made.on_message_begin = message_begun;
      made.on_status = status_text;
      made.on_header_field = field_name;
      made.on_header_value = field_value;
      made.on_headers_complete = headers_complete;
      made.on_body = body;
      made.on_message_complete = message_complete;
      return made;
    }();
    return callbacks;
  }

  const Target& target;
  llhttp_t state{};
  std::string phrase;
  std::size_t header_bytes = 0;
  std::size_t body_bytes = 0;
  Answer answer;  ///< of it, only what is wanted
  bool wants_body;
  bool in_name = false;
  bool headers_done = false;
  bool complete = false;
};

HttpExchange::HttpExchange(const Target& target)
    : Exchange(target), parser_(std::make_unique<Parser>(target)) {
  sends(Stage::request, "request not taken");
}
HttpExchange::~HttpExchange() = default;

Exchange::Step HttpExchange::begin() {
  send(http_request(target_).reveal());
  if (tracing()) note(cat(target_.options.method, " ", target_.name));
  return Next::read;
}

Exchange::Step HttpExchange::message(std::string_view bytes) {
  Parser& parser = *parser_;
  if (!parser.headers_done) parser.header_bytes += bytes.size();
  const llhttp_errno_t error = llhttp_execute(&parser.state, bytes.data(), bytes.size());
  if (parser.complete || error == HPE_PAUSED_UPGRADE) return Next::done;
  if (error != HPE_OK) {
    // A version means that it has got past "HTTP/1.1".
    if (parser.state.http_major == 0 || parser.state.status_code == 0) return not_http();
    return fail(Reason::protocol, cat("invalid HTTP: ", llhttp_get_error_reason(&parser.state)));
  }
  if (!parser.headers_done && parser.header_bytes > header_limit)
    return fail(Reason::protocol, "the header is larger than 64 KiB");
  expect(Stage::response, parser.headers_done ? "body not complete" : "header not complete");
  return Next::read;
}

Exchange::Step HttpExchange::end(bool truncated) {
  Parser& parser = *parser_;
  if (silent()) return Exchange::end(truncated);
  if (!parser.headers_done) {
    const bool http = std::string_view("HTTP/").starts_with(beginning().substr(0, 5));
    return http ? fail(Reason::protocol, "connection closed inside the header") : not_http();
  }
  llhttp_finish(&parser.state);
  if (parser.complete && !truncated) return Next::done;
  return fail(Reason::protocol,
              cat("connection closed inside the body, after ", parser.body_bytes, " bytes",
                  parser.complete ? ", without TLS's close_notify" : ""));
}

Exchange::Step HttpExchange::not_http() {
  if (beginning().starts_with('\x15') || beginning().starts_with('\x16'))
    return fail(Reason::protocol, "the server answered in TLS, not in plain HTTP: use https://");
  if (beginning().starts_with(cat(target_.options.method, ' ')))
    return fail(Reason::protocol, "the server echoes the request");
  return not_mine();
}

std::optional<std::string> HttpExchange::redirect() const {
  constexpr std::array<int, 5> redirects{301, 302, 303, 307, 308};
  if (!parser_->target.options.location ||
      std::ranges::find(redirects, status()) == redirects.end())
    return std::nullopt;
  for (const auto& [name, value] : parser_->answer.headers) {
    if (equal_ignoring_case(name, "Location")) return std::string(trim(value));
  }
  return std::nullopt;
}

int HttpExchange::status() const {
  return parser_->state.status_code;
}

Outcome HttpExchange::outcome() {
  const int status = this->status();
  std::string text = cat(status, parser_->phrase.empty() ? "" : " ",
                         excerpt(parser_->phrase, parser_->target, 100));
  const CheckOptions& options = parser_->target.options;
  if (options.status.contains(status)) {
    for (const Expectation& expectation : options.expectations) {
      if (auto unmet = expectation.unmet(parser_->answer, parser_->target))
        return std::unexpected(Failure{Stage::expect, Reason::not_ready, *std::move(unmet), ""});
    }
    return Ready{std::move(text)};
  }
  const Reason reason = status == 401 || status == 403 ? Reason::auth : Reason::not_ready;
  if (options.given.contains(CheckOption::status))
    text = cat("wanted status ", printable(options.status.text(), 60), ", got ", text);
  return std::unexpected(Failure{Stage::response, reason, std::move(text), ""});
}

}  // namespace probe
