#include "net/tls_context.hpp"

#include "base/text.hpp"
#include "net/certificate.hpp"
#include "net/tls.hpp"
#include "target/url.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <cstring>

namespace probe {

const bool tls_available = true;
const std::string_view tls_library = "OpenSSL " OPENSSL_VERSION_STR;

namespace {

int verify(X509_STORE_CTX* store, void* /*unused*/) {
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  auto& verification = *static_cast<Verification*>(SSL_get_app_data(ssl));
  verification.context->roots().add_issuers(store);
  const int trusted = X509_verify_cert(store);
  if (trusted <= 0) verification.problem = explain_certificate(store, verification.context->host());
  return trusted;
}

/// Why a library's own handshake, see `watch_other_handshakes`, does not trust the certificate.
std::string& other_problem() {
  static std::string problem;
  return problem;
}

int verify_for_other(X509_STORE_CTX* store, void* /*unused*/) {
  const auto* ssl = static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
  if (SSL_get_verify_mode(ssl) == SSL_VERIFY_NONE) return 1;
  const int trusted = X509_verify_cert(store);
  if (trusted <= 0) other_problem() = explain_certificate(store, "");
  return trusted;
}

void made_by_other(void* context, void* /*data*/, CRYPTO_EX_DATA* /*all*/, int /*index*/,
                   long /*number*/, void* /*argument*/) {
  SSL_CTX_set_security_level(static_cast<SSL_CTX*>(context), security_level);
  SSL_CTX_set_cert_verify_callback(static_cast<SSL_CTX*>(context), verify_for_other, nullptr);
}

/// What OpenSSL has against a file; `lacking` is said where it only found nothing of use.
UsageError file_error(std::string_view option, const std::string& file, const char* lacking) {
  const unsigned long error = ERR_peek_last_error();
  const char* reason = ERR_reason_error_string(error);
  if (ERR_SYSTEM_ERROR(error)) reason = std::strerror(ERR_GET_REASON(error));
  if (reason == nullptr || ERR_GET_LIB(error) == ERR_LIB_PEM ||
      ERR_GET_REASON(error) == ERR_R_PEM_LIB) {
    reason = lacking;
  }
  for (unsigned long e = ERR_get_error(); e != 0; e = ERR_get_error()) {
    if (ERR_GET_LIB(e) == ERR_LIB_PEM && ERR_GET_REASON(e) == PEM_R_BAD_PASSWORD_READ) {
      reason = "it is encrypted";
    }
  }
  return {cat(option, ": cannot use \"", printable(file), "\": ", reason)};
}

/// What every handshake has in common; false if OpenSSL refuses any of it.
bool restrict(SSL_CTX* context, std::string_view alpn) {
  SSL_CTX_set_security_level(context, security_level);
  if (SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1) return false;
  if (alpn.empty()) return true;
  const std::string list = cat(static_cast<char>(alpn.size()), alpn);
  return SSL_CTX_set_alpn_protos(context, reinterpret_cast<const unsigned char*>(list.data()),
                                 static_cast<unsigned>(list.size())) == 0;
}

Parsed<void> use_client_certificate(SSL_CTX* context, const CheckOptions& options) {
  if (options.cert.empty()) return {};
  const std::string& key = options.key.empty() ? options.cert : options.key;
  // An encrypted key is an error, not a prompt.
  SSL_CTX_set_default_passwd_cb(context, [](char*, int, int, void*) { return -1; });
  if (SSL_CTX_use_certificate_chain_file(context, options.cert.c_str()) != 1) {
    return std::unexpected(file_error("--cert", options.cert, "no certificate in it"));
  }
  if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
    return std::unexpected(options.key.empty()
                               ? file_error("--cert", key, "no private key in it; give --key")
                               : file_error("--key", key, "no private key in it"));
  }
  return {};
}

}  // namespace

bool watch_other_handshakes() {
  static const bool watched =
      OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr) == 1 &&
      SSL_CTX_get_ex_new_index(0, nullptr, made_by_other, nullptr, nullptr) >= 0;
  return watched;
}

bool is_strong(const void* other_ssl) {
  return SSL_get_security_level(static_cast<const SSL*>(other_ssl)) >= security_level;
}

std::string certificate_end(const void* ssl, unsigned days) {
  const X509* certificate =
      ssl == nullptr ? nullptr : SSL_get0_peer_certificate(static_cast<const SSL*>(ssl));
  return certificate == nullptr ? "no certificate, for there is no TLS"
                                : explain_end(certificate, days);
}

std::string take_certificate_problem() {
  return std::exchange(other_problem(), "");
}

Parsed<std::shared_ptr<const TlsContext>> make_tls_context(const CheckOptions& options,
                                                           std::string host, std::string_view alpn,
                                                           Names names) {
  if (!options.server_name.empty()) host = options.server_name;
  const std::string name(certified_name(host));
  // With these two OpenSSL would verify no name, and any below the domain.
  if (name.empty() || name.starts_with('.'))
    return usage_error(cat("\"", printable(host), "\" is not a host name"));
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  SslContext context(SSL_CTX_new(TLS_client_method()));
  if (!context || !restrict(context.get(), alpn)) return usage_error("TLS cannot be initialised");
  auto roots = TrustedRoots::find(options);
  if (!roots) return std::unexpected(roots.error());
  if (options.insecure) {
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_NONE, nullptr);
  } else {
    SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
    SSL_CTX_set_cert_verify_callback(context.get(), verify, nullptr);
  }
  if (!options.cacert.empty() &&
      SSL_CTX_load_verify_file(context.get(), options.cacert.c_str()) != 1) {
    return std::unexpected(file_error("--cacert", options.cacert, "no certificate in it"));
  }
  if (auto used = use_client_certificate(context.get(), options); !used)
    return std::unexpected(used.error());
  return std::make_shared<const TlsContext>(std::move(context), *std::move(roots), name, names,
                                            options.cert_days, alpn);
}

}  // namespace probe
