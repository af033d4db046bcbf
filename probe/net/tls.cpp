#include "net/tls.hpp"

#include "base/text.hpp"
#include "base/watchdog.hpp"
#include "net/connect.hpp"
#include "net/tls_context.hpp"

#include <asio/ip/address.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <sys/socket.h>

#include <cerrno>
#include <optional>

namespace probe {
namespace {

using Ssl = std::unique_ptr<SSL, FreeWith<SSL_free>>;

bool is_address(const std::string& host) {
  asio::error_code error;
  (void)asio::ip::make_address(host, error);
  return !error;
}

/// What is under a stream's TLS. OpenSSL goes on by itself for as long as bytes come that are no
/// data (empty records, session tickets, HelloRequest), so only so much is read in one go: then the
/// event loop has its turn, and with it the deadline.
struct Socket {
  static constexpr int most_reads = 16;
  int fd = -1;
  int reads = most_reads;
};

// A socket BIO that, unlike OpenSSL's own, never raises SIGPIPE.
Socket& socket_of(BIO* bio) {
  return *static_cast<Socket*>(BIO_get_data(bio));
}

int finish_io(BIO* bio, ssize_t size, int retry) {
  BIO_clear_retry_flags(bio);
  if (size < 0 && (errno == EAGAIN || errno == EINTR))
    BIO_set_flags(bio, retry | BIO_FLAGS_SHOULD_RETRY);
  return static_cast<int>(size);
}

int bio_write(BIO* bio, const char* data, int size) {
  const ssize_t sent =
      ::send(socket_of(bio).fd, data, static_cast<std::size_t>(size), MSG_NOSIGNAL);
  return finish_io(bio, sent, BIO_FLAGS_WRITE);
}

int bio_read(BIO* bio, char* data, int size) {
  Socket& socket = socket_of(bio);
  if (socket.reads-- <= 0) {
    errno = EAGAIN;
    return finish_io(bio, -1, BIO_FLAGS_READ);
  }
  const ssize_t received = ::recv(socket.fd, data, static_cast<std::size_t>(size), 0);
  if (received == 0) BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
  return finish_io(bio, received, BIO_FLAGS_READ);
}

long bio_control(BIO* bio, int command, long /*number*/, void* /*pointer*/) {
  if (command == BIO_CTRL_EOF) return BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}

/// Null if there is no memory.
BIO* make_bio(Socket& socket) {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_TYPE_SOURCE_SINK | BIO_get_new_index(), "socket");
    if (made == nullptr) return made;
    BIO_meth_set_write(made, bio_write);
    BIO_meth_set_read(made, bio_read);
    BIO_meth_set_ctrl(made, bio_control);
    return made;
  }();
  BIO* bio = method == nullptr ? nullptr : BIO_new(method);
  if (bio == nullptr) return nullptr;
  BIO_set_data(bio, &socket);
  BIO_set_init(bio, 1);
  return bio;
}

/// The name to ask for (SNI) and to verify, as RFC 9525 has it: no common name, and no wildcard but
/// as the whole first label. False if OpenSSL takes either not.
bool set_name(SSL* ssl, const std::string& host, Names names) {
  const bool verified = names == Names::verified;
  if (is_address(host))
    return !verified || X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str()) == 1;
  SSL_set_hostflags(ssl,
                    X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  return (!verified || SSL_set1_host(ssl, host.c_str()) == 1) &&
         SSL_ctrl(ssl, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                  const_cast<char*>(host.c_str())) == 1;  // NOLINT(*-const-cast): as the macro does
}

class TlsStream final : public Stream {
 public:
  TlsStream(Descriptor descriptor, const TlsContext& context)
      : Stream(std::move(descriptor)),
        socket_{this->descriptor().native_handle()},
        ssl_(SSL_new(context.native())),
        verification_{&context, ""} {}
  // A close_notify, as a good neighbour; whether it arrives no longer matters.
  ~TlsStream() override {
    if (established_) SSL_shutdown(ssl_.get());
    ERR_clear_error();
  }

  /// To be called first.
  std::expected<void, Failure> prepare() {
    ERR_clear_error();
    if (set_up()) return {};
    return std::unexpected(
        Failure{Stage::tls, Reason::protocol,
                cat("the handshake cannot be prepared: ", words_of(ERR_peek_error())), ""});
  }

  /// Goes on with the handshake until it wants nothing.
  Result handshake() {
    begin();
    const int result = SSL_connect(ssl_.get());
    established_ = result == 1;
    if (established_ && lacks_http2()) return std::unexpected(no_http2());
    if (established_) return Progress{};
    if (const auto wanted = wants(result)) return *wanted;
    return std::unexpected(handshake_failure(result));
  }

  /// What `--cert-days` has against the peer's certificate; empty if nothing.
  std::string expiry() const {
    const unsigned days = verification_.context->days();
    return days == 0 ? "" : certificate_end(ssl_.get(), days);
  }

  std::string description() const {
    return cat(SSL_get_version(ssl_.get()), ", ", SSL_get_cipher_name(ssl_.get()));
  }

  Result read(std::span<char> buffer, Stage stage) override {
    begin();
    std::size_t size = 0;
    const int result = SSL_read_ex(ssl_.get(), buffer.data(), buffer.size(), &size);
    if (result == 1) return Progress{.size = size};
    if (const auto wanted = wants(result)) return *wanted;
    established_ = false;
    truncated_ = is_truncation(result);
    if (truncated_ || SSL_get_error(ssl_.get(), result) == SSL_ERROR_ZERO_RETURN) return Progress{};
    return std::unexpected(io_failure(stage));
  }

  Result write(std::string_view bytes, Stage stage) override {
    begin();
    std::size_t size = 0;
    const int result = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &size);
    if (result == 1) return Progress{.size = size};
    if (const auto wanted = wants(result)) return *wanted;
    established_ = false;
    return std::unexpected(io_failure(stage));
  }

  bool reads_ahead() const override { return true; }
  bool truncated() const override { return truncated_; }

 private:
  /// Before each call of OpenSSL that reads or writes.
  void begin() {
    ERR_clear_error();
    socket_.reads = Socket::most_reads;
  }

  /// False if OpenSSL refuses any of it: what is not set is not verified.
  bool set_up() {
    BIO* bio = make_bio(socket_);
    if (ssl_ == nullptr || bio == nullptr) {
      BIO_free(bio);
      return false;
    }
    SSL_set_bio(ssl_.get(), bio, bio);
    return SSL_set_app_data(ssl_.get(), &verification_) == 1 &&
           set_name(ssl_.get(), verification_.context->host(), verification_.context->names());
  }

  /// What OpenSSL waits for, if that is all.
  std::optional<Progress> wants(int result) const {
    const int error = SSL_get_error(ssl_.get(), result);
    if (error == SSL_ERROR_WANT_READ) return Progress{.wants = Progress::Wants::readable};
    if (error == SSL_ERROR_WANT_WRITE) return Progress{.wants = Progress::Wants::writable};
    return std::nullopt;
  }

  /// An end of the stream without close_notify.
  bool is_truncation(int result) const {
    return SSL_get_error(ssl_.get(), result) == SSL_ERROR_SSL &&
           ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
  }

  static Failure io_failure(Stage stage) {
    const unsigned long error = ERR_peek_error();
    if (error == 0) return connection_failure(stage, errno == 0 ? ECONNRESET : errno, "");
    return {Stage::tls, reason_of(error), words_of(error), ""};
  }

  bool offers_http2() const { return verification_.context->alpn() == "h2"; }
  bool lacks_http2() const {
    const unsigned char* selected = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_.get(), &selected, &size);
    return offers_http2() && size == 0;
  }
  static Failure no_http2() {
    return {Stage::tls, Reason::protocol, "the server does not speak HTTP/2 here: no ALPN h2", ""};
  }

  Failure handshake_failure(int result) const {
    if (!verification_.problem.empty())
      return {Stage::tls, Reason::certificate, verification_.problem, ""};
    const unsigned long error = ERR_peek_error();
    const int reason = ERR_GET_REASON(error);
    if (error != 0 && (reason == SSL_R_WRONG_VERSION_NUMBER || reason == SSL_R_HTTP_REQUEST ||
                       reason == SSL_R_PACKET_LENGTH_TOO_LONG)) {
      return {Stage::tls, Reason::protocol, "the server does not speak TLS on this port", ""};
    }
    if (reason == SSL_R_TLSV1_ALERT_NO_APPLICATION_PROTOCOL && offers_http2()) return no_http2();
    if (reason == SSL_R_TLSV1_ALERT_PROTOCOL_VERSION || reason == SSL_R_UNSUPPORTED_PROTOCOL)
      return {Stage::tls, Reason::protocol, "the server speaks neither TLS 1.2 nor 1.3", ""};
    if (error == 0 || reason == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
      const bool reset =
          SSL_get_error(ssl_.get(), result) == SSL_ERROR_SYSCALL && errno == ECONNRESET;
      return {Stage::tls, Reason::protocol,
              reset ? "connection reset by the server during the handshake"
                    : "connection closed by the server during the handshake",
              ""};
    }
    return {Stage::tls, reason_of(error), words_of(error), ""};
  }

  static Reason reason_of(unsigned long error) {
    const int reason = ERR_GET_REASON(error);
    return reason == SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED ||
                   reason == SSL_R_SSLV3_ALERT_BAD_CERTIFICATE ||
                   reason == SSL_R_TLSV1_ALERT_UNKNOWN_CA
               ? Reason::auth
               : Reason::protocol;
  }

  static std::string words_of(unsigned long error) {
    const char* words = ERR_reason_error_string(error);
    return words == nullptr ? cat("TLS error ", error) : words;
  }

  Socket socket_;
  Ssl ssl_;
  Verification verification_;
  bool established_ = false;
  bool truncated_ = false;
};

}  // namespace

Task<std::expected<void, Failure>> start_tls(std::unique_ptr<Stream>& stream,
                                             const TlsContext& context, Attempt& attempt) {
  attempt.waiting(Stage::tls, "handshake not finished");
  start_watchdog();
  auto made = std::make_unique<TlsStream>(std::move(stream->descriptor()), context);
  TlsStream& secured = *made;
  stream = std::move(made);
  if (auto prepared = secured.prepare(); !prepared) co_return prepared;
  while (true) {
    const auto progress = secured.handshake();
    if (!progress) co_return std::unexpected(progress.error());
    if (progress->wants == Progress::Wants::nothing) break;
    co_await wait_for(attempt.io(), secured.descriptor(), progress->event());
  }
  if (attempt.tracing()) attempt.note(Stage::tls, secured.description());
  if (std::string problem = secured.expiry(); !problem.empty())
    co_return std::unexpected(Failure{Stage::expect, Reason::certificate, std::move(problem), ""});
  co_return std::expected<void, Failure>();
}

}  // namespace probe
