#include "net/tls_context.hpp"

#include "base/text.hpp"
#include "net/certificate.hpp"
#include "net/tls.hpp"

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

Parsed<std::shared_ptr<const TlsContext>> make_tls_context(const CheckOptions& options,
                                                           std::string host,
                                                           std::string_view alpn) {
  OPENSSL_init_ssl(OPENSSL_INIT_NO_LOAD_CONFIG, nullptr);
  SslContext context(SSL_CTX_new(TLS_client_method()));
  if (!context) return usage_error("TLS cannot be initialised");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  if (!alpn.empty()) {
    const std::string list = cat(static_cast<char>(alpn.size()), alpn);
    SSL_CTX_set_alpn_protos(context.get(), reinterpret_cast<const unsigned char*>(list.data()),
                            static_cast<unsigned>(list.size()));
  }
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
  if (!options.server_name.empty()) host = options.server_name;
  return std::make_shared<const TlsContext>(std::move(context), *std::move(roots), std::move(host));
}

}  // namespace probe
