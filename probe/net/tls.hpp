// TLS as a client: verified unless told otherwise.
#pragma once

#include "base/outcome.hpp"
#include "net/attempt.hpp"
#include "net/stream.hpp"
#include "net/task.hpp"
#include "target/target.hpp"

#include <cstdint>
#include <expected>
#include <memory>
#include <string>

namespace probe {

/// Whether this binary was built with TLS.
extern const bool tls_available;
/// Name and version of the TLS library; empty without TLS.
extern const std::string_view tls_library;

/// What a target needs for its handshakes: roots, client certificate, the name to verify.
class TlsContext;

/// Whether a certificate has to be for the name that was connected to.
enum class Names : std::uint8_t { verified, any };

/// Reads the files that `options` name. Trusts `options.cacert` if given, else the system's roots
/// (`SSL_CERT_FILE`, or the usual places), else the built-in ones. `host` is a name or address
/// literal, whose zone or final dot is dropped; `alpn` is a literal, the protocol offered in the
/// handshake (RFC 7301), or empty. Errors name the file or option that is off.
Parsed<std::shared_ptr<const TlsContext>> make_tls_context(const CheckOptions& options,
                                                           std::string host, std::string_view alpn,
                                                           Names names = Names::verified);

/// A PEM file of the system's roots or, where there are none, of the built-in ones (in memory, as
/// /proc/self/fd/N), for libraries that want a file.
Parsed<std::string> trusted_roots_file();

/// The handshake (TLS 1.2 or 1.3) with SNI (RFC 6066) and the checks of RFC 9525; where `h2` is
/// offered, it has to be selected (RFC 9113, section 3.2). `stream`, which
/// is a plain one, becomes one in TLS on the same connection; where this is cancelled, its next
/// write goes on with the handshake.
Task<std::expected<void, Failure>> start_tls(std::unique_ptr<Stream>& stream,
                                             const TlsContext& context, Attempt& attempt);

/// For a library that makes handshakes of its own (libpq): from now on each of its contexts asks
/// for our security level, and why a certificate is refused is kept. False if OpenSSL cannot do
/// that.
bool watch_other_handshakes();

/// Whether the level holds for this SSL of a library: OpenSSL promises no more of a new SSL_CTX
/// than that it is there.
bool is_strong(const void* other_ssl);

/// What is wrong with the peer's certificate, where it has to hold for so many more days: when it
/// ends, or that there is none (`ssl` is an SSL of OpenSSL, or null). Empty if it holds.
std::string certificate_end(const void* ssl, unsigned days);

/// Why a library's handshake has refused a certificate since the last call; empty if none did.
std::string take_certificate_problem();

}  // namespace probe
