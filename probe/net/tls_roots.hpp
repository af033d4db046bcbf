// The certification authorities that are trusted.
#pragma once

#include "base/outcome.hpp"
#include "target/target.hpp"

#include <openssl/x509.h>

#include <string>

namespace probe {

/// Where the trusted roots come from, read only when a handshake needs them: `--cacert` (then
/// nothing is added here), the files of `SSL_CERT_FILE` and `SSL_CERT_DIR`, the system's bundle, or
/// those built in.
class TrustedRoots {
 public:
  /// Fails if a file that the user named cannot be read.
  static Parsed<TrustedRoots> find(const CheckOptions& options);

  /// See `trusted_roots_file`.
  Parsed<std::string> file() const;

  /// Adds to the store of `context` what may have issued the peer's chain.
  void add_issuers(X509_STORE_CTX* context) const;

 private:
  std::string file_;
  std::string directory_;
  bool built_in_ = false;
  mutable bool loaded_ = false;  ///< the files are in the store already
};

}  // namespace probe
