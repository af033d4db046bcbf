// The build without TLS: the same interface, and nothing behind it.
#include "net/tls.hpp"

namespace probe {

const bool tls_available = false;
const std::string_view tls_library;

class TlsContext {};

Parsed<std::shared_ptr<const TlsContext>> make_tls_context(const CheckOptions& /*options*/,
                                                           // NOLINTNEXTLINE(performance-*)
                                                           std::string /*host*/,
                                                           std::string_view /*alpn*/,
                                                           Names /*names*/) {
  return usage_error("this probe was built without TLS");
}

Parsed<std::string> trusted_roots_file() {
  return usage_error("this probe was built without TLS");
}

bool watch_other_handshakes() {
  return true;
}

bool is_strong(const void* /*other_ssl*/) {
  return true;
}

std::string certificate_end(const void* /*ssl*/, unsigned /*days*/) {
  return "this probe was built without TLS";
}

std::string take_certificate_problem() {
  return "";
}

Task<std::expected<void, Failure>> start_tls(std::unique_ptr<Stream>& /*stream*/,
                                             const TlsContext& /*context*/, Attempt& /*attempt*/) {
  co_return std::unexpected(
      Failure{Stage::tls, Reason::protocol, "this probe was built without TLS", ""});
}

}  // namespace probe
