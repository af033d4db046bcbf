/*
 * SCRAM's key derivation, Hi() of RFC 5802, in place of libpq's function of the same name: what HMAC makes of the
 * password is hashed once here, and not again in each of the 4096 rounds, which halves the time of a login.
 * The server says how many rounds: no more are done than anybody has asked for in earnest, and none after the deadline.
 * scripts/toolchain compiles it in libpq's own tree.
 */
#include "postgres_fe.h"

#include "common/scram-common.h"
#include "sha2_int.h"

enum { block_length = 64, rounds_between_looks = 1024 };

/* A second's worth. PostgreSQL's own default is 4096; OWASP's advice for PBKDF2 with SHA-256 is 600,000. */
enum { most_rounds = 1000000 };

/* Whether the attempt's deadline has passed; probe/base/platform.cpp. */
bool probe_overdue(void);

/* A hash that has taken HMAC's padded key (RFC 2104). */
static pg_sha256_ctx padded(const uint8 *key, uint8 pad) {
  uint8 block[block_length];
  pg_sha256_ctx hash;

  for (int i = 0; i < block_length; i++) block[i] = key[i] ^ pad;
  pg_sha256_init(&hash);
  pg_sha256_update(&hash, block, block_length);
  explicit_bzero(block, sizeof block);
  return hash;
}

/* HMAC of what `inner` has taken besides its key. */
static void finish(pg_sha256_ctx inner, pg_sha256_ctx outer, uint8 *result) {
  pg_sha256_final(&inner, result);
  pg_sha256_update(&outer, result, SCRAM_KEY_LEN);
  pg_sha256_final(&outer, result);
}

/* The prototype, 0 for success and -1 for failure are those of common/scram-common.h. */
int scram_SaltedPassword(const char *password, const char *salt, int saltlen, int iterations, uint8 *result,
                         const char **errstr) {
  static const uint8 first_block[4] = {0, 0, 0, 1};
  const size_t length = strlen(password);
  uint8 key[block_length] = {0};
  uint8 round[SCRAM_KEY_LEN];
  int i;
  pg_sha256_ctx inner, outer, hash;

  if (iterations > most_rounds) {
    *errstr = "the server asks for more than 1000000 rounds of SCRAM";
    return -1;
  }
  if (length > block_length) {
    pg_sha256_init(&hash);
    pg_sha256_update(&hash, (const uint8 *)password, length);
    pg_sha256_final(&hash, key);
  } else {
    memcpy(key, password, length);
  }
  inner = padded(key, 0x36);
  outer = padded(key, 0x5c);
  explicit_bzero(key, sizeof key);

  hash = inner;
  pg_sha256_update(&hash, (const uint8 *)salt, saltlen);
  pg_sha256_update(&hash, first_block, sizeof first_block);
  finish(hash, outer, round);
  memcpy(result, round, sizeof round);
  for (i = 1; i < iterations; i++) {
    if (i % rounds_between_looks == 0 && probe_overdue()) break;
    hash = inner;
    pg_sha256_update(&hash, round, sizeof round);
    finish(hash, outer, round);
    for (int j = 0; j < SCRAM_KEY_LEN; j++) result[j] ^= round[j];
  }
  explicit_bzero(round, sizeof round);
  explicit_bzero(&inner, sizeof inner);
  explicit_bzero(&outer, sizeof outer);
  if (i >= iterations) return 0;
  *errstr = "the deadline has passed";
  return -1;
}
