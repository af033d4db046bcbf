// What comes before the first query.
#include "base/text.hpp"
#include "protocols/mysql/auth.hpp"
#include "protocols/mysql/exchange.hpp"
#include "protocols/mysql/target.hpp"

namespace probe {

Exchange::Step MysqlExchange::greeted(std::string_view packet) {
  const bool whole = read_greeting(packet, greeting_);
  state_ = State::login;
  expect(Stage::login, "no answer to the login");
  // Others are asked for by a switch, should the user have them.
  plugin_ = greeting_.plugin == caching_plugin ? caching_plugin : native_plugin;
  if (!whole) return give_up(Reason::protocol, "the server's greeting is too short");
  if (tracing()) {
    note(cat(product(greeting_.version),
             greeting_.plugin.empty() ? "" : cat(", ", printable(greeting_.plugin, 40))));
  }
  if (target_.tls && (greeting_.capabilities & capability::tls) != 0) {
    tls_ = true;
    secure_ = true;
    write(opening());
    return Next::start_tls;
  }
  if (data_of<MysqlTarget>(target_).tls_required)
    return give_up(Reason::protocol, "the server does not offer TLS, which ssl-mode asks for");
  return begin();
}

const std::string& MysqlExchange::database() const {
  return data_of<MysqlTarget>(target_).database;
}

/// What a login begins with; alone, it asks for TLS.
std::string MysqlExchange::opening() const {
  using namespace capability;
  constexpr std::uint32_t always = long_password | protocol_41 | transactions | secure_connection |
                                   multi_statements | multi_results | plugin_auth;
  constexpr std::uint64_t largest_packet = 1U << 24U;
  constexpr char utf8mb4 = 45;
  std::string packet;
  put_little_endian(packet, always | (database().empty() ? 0 : connect_with_db) | (tls_ ? tls : 0),
                    4);
  put_little_endian(packet, largest_packet, 4);
  packet += utf8mb4;
  return packet.append(23, '\0');
}

void MysqlExchange::log_in(std::string_view user, std::string_view proof) {
  std::string packet = opening();
  packet += cat(user, '\0', static_cast<char>(proof.size()), proof);
  if (!database().empty()) packet += cat(database(), '\0');
  write(packet += cat(plugin_, '\0'));
}

Exchange::Step MysqlExchange::begin() {
  if (state_ == State::login)
    log_in(target_.user.value_or(""),
           first_answer(plugin_, password(), greeting_.nonce, secure_).value_or(""));
  return Next::read;
}

Exchange::Step MysqlExchange::login(unsigned char kind, std::string_view packet) {
  constexpr unsigned most = 10;  // MariaDB has an account try several plug-ins
  if (++login_packets_ > most) return give_up(Reason::protocol, "the login does not end");
  switch (kind) {
    case packet_kind::ok:
      if (!has_more_results(packet)) return malformed();
      if (!target_.user || leaving_) {
        detail_ = "accepting logins";
        return quit();
      }
      ask();
      return Next::read;
    case packet_kind::end:
      return switch_plugin(packet.substr(1));
    case packet_kind::more_data:
      return more_data(packet.substr(1));
    default:
      return malformed();
  }
}

Exchange::Step MysqlExchange::switch_plugin(std::string_view packet) {
  plugin_ = packet.empty() ? "mysql_old_password" : take_text(packet);
  greeting_.nonce = packet;
  asked_for_key_ = false;
  if (tracing()) note(cat("the server asks for ", printable(plugin_, 40)));
  // Where that is not TLS, sha256_password asks for RSA, also on a Unix socket.
  const bool secure = plugin_ == sha256_plugin ? tls_ : secure_;
  const auto answer = first_answer(plugin_, password(), packet, secure);
  if (!answer && target_.user) {
    return give_up(Reason::auth, cat("the server wants to authenticate by ", plugin_,
                                     plugin_ == clear_plugin ? ", which is done in TLS only"
                                                             : ", which probe does not speak"));
  }
  asked_for_key_ = plugin_ == sha256_plugin && answer == "\1";
  // Without a user, the server's no to nothing is an answer.
  write(answer.value_or(""));
  return Next::read;
}

/// What a plug-in goes on with.
Exchange::Step MysqlExchange::more_data(std::string_view data) {
  constexpr std::string_view hash_is_known = "\3";
  constexpr std::string_view whole_password = "\4";
  constexpr std::string_view give_key = "\2";
  if (asked_for_key_) {
    asked_for_key_ = false;
    const std::string cipher = encrypted_password(data, password(), greeting_.nonce);
    if (cipher.empty())
      return give_up(Reason::protocol, "the server's RSA key cannot be used for this password");
    write(cipher);
    return Next::read;
  }
  if (plugin_ == caching_plugin && data == hash_is_known) return Next::read;
  if (plugin_ != caching_plugin || data != whole_password) return malformed();
  note(secure_ ? "full authentication: the password itself is sent"
               : "full authentication: the password is encrypted with the server's RSA key");
  if (secure_) {
    write(cat(password(), '\0'));
  } else {
    asked_for_key_ = true;
    write(give_key);
  }
  return Next::read;
}

}  // namespace probe
