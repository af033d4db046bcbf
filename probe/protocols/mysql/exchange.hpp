// Login, role and query in MySQL's client/server protocol, version 10.
#pragma once

#include "protocols/exchange.hpp"
#include "protocols/mysql/packet.hpp"
#include "protocols/mysql/query_result.hpp"

namespace probe {

/// Once the server has sent its greeting, it is told a login, whatever happens: servers count who
/// leaves before a login is over, and after 100 of those let nobody from this host in (error 1129).
class MysqlExchange final : public Exchange {
 public:
  explicit MysqlExchange(const Target& target)
      : Exchange(target),
        password_(target.password.value_or(Secret())),
        secure_(!target.endpoints.front().socket.empty()),
        asks_role_(target.options.role != Role::any) {
    expect(Stage::response, "no greeting");
  }

  Step begin() override;
  Step end(bool truncated) override;
  bool abandoned() override;

  std::size_t frame(std::string_view bytes) const override;
  Step message(std::string_view bytes) override;
  std::size_t message_limit() const override {
    return (state_ < State::query ? std::size_t{64} : std::size_t{1024}) * 1024;
  }

 private:
  enum class State : std::uint8_t { greeting, login, query };

  Step greeted(std::string_view packet);
  Step login(unsigned char kind, std::string_view packet);
  Step switch_plugin(std::string_view packet);
  Step more_data(std::string_view data);
  Step refused(const ServerError& error);
  Step query(std::string_view packet);
  Step judge_value();

  void log_in(std::string_view user, std::string_view proof);
  void ask();
  Step answered();
  Step quit();
  void say_goodbye();
  void part();
  Step leave(Failure failure);
  Step give_up(Reason reason, std::string_view why);
  Step malformed();

  void write(std::string_view payload);
  std::string opening() const;
  const std::string& database() const;
  const std::string& password() const { return password_.reveal(); }

  Secret password_;
  State state_ = State::greeting;
  unsigned char sequence_ = 0;  ///< of the next packet, theirs or ours
  bool secure_;                 ///< nobody else can read the connection
  bool tls_ = false;
  bool leaving_ = false;  ///< the login is finished, and nothing else done
  bool asks_role_;
  bool asked_for_key_ = false;
  unsigned login_packets_ = 0;
  Greeting greeting_;
  std::string plugin_;
  QueryResult result_;
};

}  // namespace probe
