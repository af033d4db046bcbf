#include "protocols/postgres/stage.hpp"

namespace probe {

Stage stage_of(ConnStatusType status) {
  switch (status) {
    case CONNECTION_STARTED:
    case CONNECTION_NEEDED:
      return Stage::connect;
    case CONNECTION_MADE:
    case CONNECTION_SSL_STARTUP:
    case CONNECTION_GSS_STARTUP:
      return Stage::tls;
    case CONNECTION_AWAITING_RESPONSE:
    case CONNECTION_AUTH_OK:
      return Stage::login;
    default:
      return Stage::query;
  }
}

std::string_view awaited(Stage stage) {
  switch (stage) {
    case Stage::connect:
      return "no answer";
    case Stage::tls:
      return "no answer to the request for TLS";
    case Stage::login:
      return "no answer to the login";
    default:
      return "no answer to the query";
  }
}

}  // namespace probe
