// What is common to all handshakes with one target; for the TLS code only.
#pragma once

#include "net/tls.hpp"
#include "net/tls_roots.hpp"

#include <openssl/ssl.h>

#include <memory>
#include <string>
#include <utility>

namespace probe {

/// A unique_ptr's deleter that calls OpenSSL's function.
template <auto Free>
struct FreeWith {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};
using SslContext = std::unique_ptr<SSL_CTX, FreeWith<SSL_CTX_free>>;

/// What a handshake asks for (OpenSSL, SSL_CTX_set_security_level(3)): keys and signatures worth
/// 112 bits, so RSA of 2048 bits and no SHA-1. Said here, since OpenSSL's default is what it was
/// built with.
constexpr int security_level = 2;

class TlsContext {
 public:
  TlsContext(SslContext context, TrustedRoots roots, std::string host, Names names, unsigned days,
             std::string_view alpn)
      : context_(std::move(context)),
        roots_(std::move(roots)),
        host_(std::move(host)),
        names_(names),
        days_(days),
        alpn_(alpn) {}

  SSL_CTX* native() const { return context_.get(); }
  const TrustedRoots& roots() const { return roots_; }
  const std::string& host() const { return host_; }
  Names names() const { return names_; }
  /// For which the peer's certificate has to hold; 0: now is enough.
  unsigned days() const { return days_; }
  std::string_view alpn() const { return alpn_; }

 private:
  SslContext context_;
  TrustedRoots roots_;
  std::string host_;
  Names names_;
  unsigned days_;
  std::string_view alpn_;
};

/// What the verification callback leaves for the failure's text; a handshake's SSL has it as its
/// app data.
struct Verification {
  const TlsContext* context;
  std::string problem;  ///< why the certificate is not trusted
};

}  // namespace probe
