// AMQP 0-9-1: opens a virtual host, and closes the connection as the protocol wants it (RabbitMQ
// logs a warning otherwise).
#include "base/text.hpp"
#include "protocols/common.hpp"
#include "protocols/exchange.hpp"

#include <array>

namespace probe {
namespace {

/// The methods of class 10, "connection" (AMQP 0-9-1, section 1.4 of its reference; 60 and 61 are
/// RabbitMQ's).
enum Method : std::uint8_t {
  start = 10,
  start_ok = 11,
  tune = 30,
  tune_ok = 31,
  open = 40,
  open_ok = 41,
  close = 50,
  close_ok = 51,
  blocked = 60,
  unblocked = 61,
};
constexpr unsigned connection = 10;
constexpr char frame_end = '\xce';

/// Takes a text off `bytes` that has its size before it, in `width` bytes; nothing if there is
/// less.
std::optional<std::string_view> take(std::string_view& bytes, unsigned width) {
  const std::size_t size = big_endian(bytes, 0, width);
  if (bytes.size() < width || size > bytes.size() - width) return std::nullopt;
  const std::string_view text = bytes.substr(width, size);
  bytes.remove_prefix(width + size);
  return text;
}

void put(std::string& out, std::string_view text, unsigned width) {
  put_big_endian(out, text.size(), width);
  out += text;
}

/// Takes the value of a field off a table, by its type (section 4.2.5.5, with RabbitMQ's errata).
/// Tables and arrays are taken as a whole, however deep they are.
std::optional<std::string_view> take_value(std::string_view& table) {
  constexpr std::string_view types = "VtbBsuUIifDLldT";
  constexpr std::string_view sizes = "011122244458888";
  if (table.empty()) return std::nullopt;
  const std::size_t type = types.find(table[0]);
  const bool sized = std::string_view("SFAx").contains(table[0]);
  table.remove_prefix(1);
  if (sized) return take(table, 4);
  if (type == std::string_view::npos) return std::nullopt;
  const auto size = static_cast<std::size_t>(sizes[type] - '0');
  if (size > table.size()) return std::nullopt;
  const std::string_view value = table.substr(0, size);
  table.remove_prefix(size);
  return value;
}

/// `RabbitMQ 3.10.8`, of a server's properties.
std::string product_of(std::string_view table) {
  std::string_view product = "AMQP 0-9-1";
  std::string_view version;
  while (!table.empty()) {
    const auto name = take(table, 1);
    const auto value = name ? take_value(table) : name;
    if (!value) break;
    if (*name == "product") product = *value;
    if (*name == "version") version = *value;
  }
  return cat(product, version.empty() ? "" : " ", version);
}

/// Whether `word` is one of those in `list`, which has spaces between them.
bool has_word(std::string_view list, std::string_view word) {
  return cat(' ', list, ' ').contains(cat(' ', word, ' '));
}

class AmqpExchange final : public Exchange {
 public:
  using Exchange::Exchange;

  Step begin() override {
    expect(Stage::response, "no answer");
    send({"AMQP\0\0\x09\1", 8});
    return Next::read;
  }

  /// A server that refuses a login may just close (section 4.8 of the reference).
  Step end(bool truncated) override {
    if (next_ == start) return Exchange::end(truncated);
    return fail(Reason::protocol, cat("connection closed with ", awaited(),
                                      next_ == tune ? ", by which older servers refuse it" : ""));
  }

 private:
  std::size_t frame(std::string_view bytes) const override {
    // The header of a server that wants another version, a method, a heartbeat.
    constexpr std::array<std::string_view, 3> beginnings{"AMQP", {"\1\0\0", 3}, {"\x08\0\0", 3}};
    if (!begins_with(bytes, beginnings)) return foreign;
    if (bytes[0] == 'A') return 8;
    return bytes.size() < 7 ? 0 : big_endian(bytes, 3, 4) + 8;
  }

  Step message(std::string_view bytes) override {
    if (bytes[0] == 'A') return other_version(bytes);
    if (bytes.back() != frame_end) return not_mine();
    if (bytes[0] != '\1') return Next::read;  // a heartbeat
    if (bytes.size() < 12 || big_endian(bytes, 7, 2) != connection) return not_mine();
    const auto method = big_endian(bytes, 9, 2);
    const std::string_view arguments = bytes.substr(11, bytes.size() - 12);
    if (method == close) return closed(arguments);
    if (method == blocked || method == unblocked) return Next::read;
    if (method != next_) return not_mine();
    switch (method) {
      case start:
        return log_in(arguments);
      case tune:
        return open_vhost(arguments);
      case open_ok:
        return leave();
      default:
        return Next::done;
    }
  }

  Step other_version(std::string_view header) {
    const auto number = [&](std::size_t at) { return big_endian(header, at, 1); };
    return fail(Reason::protocol, cat("the server speaks AMQP ", number(5), '-', number(6), '-',
                                      number(7), ", and not 0-9-1"));
  }

  Step log_in(std::string_view arguments) {
    // Two bytes of version, properties, mechanisms, locales.
    if (!arguments.starts_with({"\0\x09", 2})) return not_mine();
    arguments.remove_prefix(2);
    const auto properties = take(arguments, 4);
    const auto mechanisms = properties ? take(arguments, 4) : properties;
    if (!mechanisms) return not_mine();
    constexpr std::size_t longest_product = 60;
    detail_ = excerpt(product_of(*properties), target_, longest_product);
    expect(Stage::login, "no answer to the login");
    if (!has_word(*mechanisms, "PLAIN"))
      return fail(Reason::auth, cat("the server offers no login by PLAIN, but by ", *mechanisms));
    // RabbitMQ says why it refuses a login where this is announced, and closes only otherwise.
    constexpr std::string_view capabilities(
        "\x0c"
        "capabilitiesF\0\0\0\x1f\x1c"
        "authentication_failure_closet\1"
        "\x0f"
        "connection_nameS\0\0\0\5probe",
        75);
    std::string answer;
    put(answer, capabilities, 4);
    put(answer, "PLAIN", 1);
    std::string_view password = "guest";
    if (target_.password) password = target_.password->reveal();
    put(answer, cat('\0', target_.user.value_or("guest"), '\0', password), 4);
    put(answer, "en_US", 1);
    call(start_ok, answer, tune);
    return Next::read;
  }

  Step open_vhost(std::string_view arguments) {
    // The server's limits of channels and frames, and no heartbeats.
    constexpr std::size_t limits = 6;
    if (arguments.size() < limits) return not_mine();
    call(tune_ok, cat(arguments.substr(0, limits), std::string_view("\0\0", 2)), open_ok);
    expect(Stage::login, "no answer to Connection.Open");
    std::string vhost;
    put(vhost, data_of<std::string>(target_), 1);
    call(open, cat(vhost, std::string_view("\0\0", 2)), open_ok);
    return Next::read;
  }

  Step leave() {
    expect(Stage::response, "no answer to Connection.Close");
    call(close, {"\0\xc8\0\0\0\0\0", 7}, close_ok);  // 200, no text, no method to blame
    return Next::read;
  }

  /// The server closes, and says why.
  Step closed(std::string_view arguments) {
    constexpr unsigned access_refused = 403;
    constexpr unsigned not_allowed = 530;
    const auto code = big_endian(arguments, 0, 2);
    arguments.remove_prefix(std::min<std::size_t>(2, arguments.size()));
    const std::string_view text = take(arguments, 1).value_or("");
    std::string_view hint;
    if (code == access_refused && next_ == tune && !target_.user)
      hint =
          "; the login of a URL without a user is guest's, who by default may log in from the "
          "server's own host only";
    if (code == not_allowed && data_of<std::string>(target_).empty())
      hint = R"(; amqp://host/ asks for the virtual host "", and amqp://host for "/")";
    call(close_ok, "", next_);
    const bool refused =
        code == access_refused || (code == not_allowed && text.contains("refused"));
    return fail(refused ? Reason::auth : Reason::not_ready, cat(text, hint), cat(code));
  }

  /// Queues a method; `next` is what is to come from the server then.
  void call(Method method, std::string_view arguments, Method next) {
    std::string frame("\1\0\0", 3);
    put_big_endian(frame, arguments.size() + 4, 4);
    put_big_endian(frame, connection, 2);
    put_big_endian(frame, method, 2);
    send(cat(frame, arguments, frame_end));
    next_ = next;
  }

  Method next_ = start;
};

/// As RabbitMQ's URI specification has it: without a path "/", else all behind the first slash.
Parsed<std::string> parse_vhost(std::string_view path) {
  if (path.empty()) return "/";
  path.remove_prefix(1);
  if (path.contains('/'))
    return usage_error(cat("a slash in the name of a virtual host is written as %2F: amqp://host/",
                           printable(percent_encode(path, "%"))));
  auto vhost = percent_decode(path);
  if (!vhost) return usage_error("its virtual host is not percent-encoded as it should be");
  constexpr std::size_t longest = 255;
  if (vhost->size() > longest) return usage_error("its virtual host is longer than 255 bytes");
  return *std::move(vhost);
}

}  // namespace

/// `amqp://[user:password@]host[:port][/vhost]` (RabbitMQ's URI specification), whose parameters
/// are left alone.
Parsed<Target> parse_amqp(const Protocol& protocol, std::string_view text, CheckOptions options) {
  const auto url = parse_url(text);
  if (!url) return std::unexpected(url.error());
  auto vhost = parse_vhost(url->path);
  if (!vhost) return std::unexpected(vhost.error());
  auto target = parse_common(protocol, text, *url, std::move(options));
  if (!target) return target;
  if (target->user.has_value() != target->password.has_value())
    return usage_error(
        cat("its login needs both, as in ", protocol.scheme, "://user:password@host"));
  target->data = std::make_shared<std::string>(*std::move(vhost));
  if (auto secured = secure(*target, ""); !secured) return std::unexpected(secured.error());
  return target;
}

std::unique_ptr<Exchange> make_amqp(const Target& target) {
  return std::make_unique<AmqpExchange>(target);
}

}  // namespace probe
