#include "protocols/mysql/exchange.hpp"

#include "base/text.hpp"
#include "net/tls.hpp"
#include "protocols/common.hpp"
#include "protocols/mysql/auth.hpp"
#include "protocols/query_value.hpp"

namespace probe {

Exchange::Step MysqlExchange::end(bool /*truncated*/) {
  return fail(Reason::protocol, cat("connection closed with ", awaited()));
}

/// The login is finished. When that takes too long, what the server sends later finds its answer.
bool MysqlExchange::abandoned() {
  if (state_ == State::query) return false;
  if (!std::exchange(leaving_, true)) return true;
  ++sequence_;  // the packet that has not come
  if (state_ == State::login) {
    write("");
    return false;
  }
  // Each of them counts who names a plug-in that it would have to switch from, and leaves.
  plugin_ = target_.protocol->scheme.starts_with("mariadb") ? native_plugin : caching_plugin;
  log_in("", "");
  return false;
}

std::size_t MysqlExchange::frame(std::string_view bytes) const {
  constexpr std::size_t header = 4;
  const std::size_t size = header + little_endian(bytes, 0, 3);
  if (state_ != State::greeting) return bytes.size() < header ? 0 : size;
  if (bytes.size() <= header) return 0;
  constexpr std::size_t longest = 1024;  // of a greeting or an error; about 100 and 600 are known
  const auto kind = static_cast<unsigned char>(bytes[header]);
  const bool known = kind == packet_kind::protocol_version || kind == packet_kind::error;
  return bytes[header - 1] == 0 && size > header && size <= longest && known ? size : foreign;
}

Exchange::Step MysqlExchange::message(std::string_view bytes) {
  const auto sequence = static_cast<unsigned char>(bytes[3]);
  const std::string_view packet = bytes.substr(4);
  if (packet.empty()) return malformed();
  const auto kind = static_cast<unsigned char>(packet[0]);
  if (kind == packet_kind::error) {
    const auto error = read_error(packet);
    return error ? refused(*error) : malformed();
  }
  if (sequence != sequence_++)
    return give_up(Reason::protocol, "the server's packets are out of order");
  switch (state_) {
    case State::greeting:
      return greeted(packet);
    case State::login:
      return login(kind, packet);
    case State::query:
      return query(packet);
  }
  return malformed();
}

/// The server's words, which are about this user only if there is one.
Exchange::Step MysqlExchange::refused(const ServerError& error) {
  if (result_.has_value()) return answered();
  const Reason reason = reason_of(error.code);
  if (state_ == State::login && !target_.user && reason == Reason::auth) {
    detail_ = "accepting logins";
    return Next::done;
  }
  if (state_ > State::login) say_goodbye();
  const bool offers_tls = (greeting_.capabilities & capability::tls) != 0;
  std::string_view hint;
  if (state_ == State::login && reason == Reason::auth && offers_tls && !secure_) {
    hint = tls_available ? "; the connection is not in TLS, which the account may need"
                         : "; the account may need TLS, and this probe was built without";
  }
  return fail(reason, cat(error.text, hint), cat(error.code));
}

/// Sends the next query.
void MysqlExchange::ask() {
  constexpr char command = 3;  // COM_QUERY
  // Aurora's readers have the second. Of each, MySQL makes 0 or 1, and MariaDB a word.
  constexpr std::string_view role = "SELECT CONCAT(@@read_only, @@innodb_read_only)";
  const std::string& own = target_.options.query;
  sequence_ = 0;
  const std::string_view others = own.empty() ? "SELECT 1" : std::string_view(own);
  write(cat(command, asks_role_ ? role : others));
  result_ = {};
  state_ = State::query;
  expect(Stage::query, "no answer to the query");
}

Exchange::Step MysqlExchange::query(std::string_view packet) {
  switch (result_.take(packet)) {
    case QueryResult::Event::more:
      return Next::read;
    case QueryResult::Event::value:
      return judge_value();
    case QueryResult::Event::end:
      return answered();
    case QueryResult::Event::no_row:
      return leave(missing_row("none"));
    case QueryResult::Event::wants_file:
      write("");  // the file
      return give_up(Reason::protocol, "the server asks for a file");
    case QueryResult::Event::malformed:
      break;
  }
  return malformed();
}

Exchange::Step MysqlExchange::judge_value() {
  const CheckOptions& options = target_.options;
  const std::optional<std::string>& value = result_.value();
  expect(Stage::query, "the query's rows do not end");
  if (asks_role_) {
    const bool primary = value == "00" || value == "OFFOFF";
    if (primary == (options.role == Role::primary)) return Next::read;
    return leave(wrong_role(options.role_name, primary ? "primary" : "standby"));
  }
  if (options.query.empty()) return Next::read;
  // A BIT comes as bytes.
  const bool zero = value && !value->empty() && value->find_first_not_of('\0') == value->npos;
  if (value && !zero && is_true(*value)) return Next::read;
  return leave(unwanted(value, target_));
}

/// The query is done.
Exchange::Step MysqlExchange::answered() {
  const bool more = std::exchange(asks_role_, false) && !target_.options.query.empty();
  detail_ = product(greeting_.version);
  if (!more) return quit();
  ask();
  return Next::read;
}

/// Servers log who leaves without.
void MysqlExchange::say_goodbye() {
  constexpr std::string_view command = "\1";  // COM_QUIT
  sequence_ = 0;
  write(command);
}

Exchange::Step MysqlExchange::quit() {
  say_goodbye();
  return Next::done;
}

/// Ends the conversation so that the server need not wonder: during a login it has the last word.
void MysqlExchange::part() {
  if (state_ == State::query) {
    say_goodbye();
  } else if (login_packets_ == 0) {
    log_in("", "");
  } else {
    write("");
  }
}

Exchange::Step MysqlExchange::leave(Failure failure) {
  part();
  return fail(std::move(failure));
}

Exchange::Step MysqlExchange::give_up(Reason reason, std::string_view why) {
  part();
  return fail(reason, why);
}

Exchange::Step MysqlExchange::malformed() {
  return give_up(Reason::protocol, "the server sent a malformed packet");
}

void MysqlExchange::write(std::string_view payload) {
  std::string header;
  put_little_endian(header, payload.size(), 3);
  header += static_cast<char>(sequence_++);
  send(header);
  send(payload);
}

std::unique_ptr<Exchange> make_mysql(const Target& target) {
  return std::make_unique<MysqlExchange>(target);
}

}  // namespace probe
