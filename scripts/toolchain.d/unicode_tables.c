/*
 * Unicode's decompositions, which libpq needs to prepare a password that is not ASCII (SASLprep, RFC 4013), and which
 * are a tenth of the binary: here they are packed, by scripts/pack, and unpacked when they are first asked for.
 * scripts/toolchain compiles this in libpq's own tree, with the tables in common/unicode_norm_table.h made extern.
 */
#include "postgres_fe.h"

#include "common/unicode_norm.h"
#include "common/unicode_norm_table.h"

enum { record_size = 8, unpacked_size = sizeof UnicodeDecompMain + sizeof UnicodeDecomp_codepoints };

static const unsigned char packed[] = {
#embed "unicode_tables.packed"
};

pg_unicode_decomposition UnicodeDecompMain[lengthof(UnicodeDecompMain)];
uint32 UnicodeDecomp_codepoints[lengthof(UnicodeDecomp_codepoints)];

/* probe's probe/base/platform.cpp */
extern bool probe_inflate(const unsigned char *packed, size_t packed_size, unsigned char *unpacked, size_t size);

/* libpq's own function */
extern pg_wchar *unicode_normalize_unpacked(UnicodeNormalizationForm form, const pg_wchar *input);

/* Undoes what scripts/pack --records does. */
static void join_columns(const unsigned char *columns, unsigned char *table) {
  const size_t records = unpacked_size / record_size;

  for (size_t i = 0; i < unpacked_size; i++) {
    table[i] = columns[i % record_size * records + i / record_size];
    if (i >= record_size) table[i] += table[i - record_size];
  }
}

static bool unpack(void) {
  unsigned char *columns = malloc(2 * unpacked_size);
  unsigned char *table = columns + unpacked_size;
  bool unpacked;

  StaticAssertStmt(unpacked_size % record_size == 0, "the last record is whole");
  if (columns == NULL) return false;
  /* The size comes first, in 32 bits. */
  unpacked = probe_inflate(packed + 4, sizeof packed - 4, columns, unpacked_size);
  if (unpacked) {
    join_columns(columns, table);
    memcpy(UnicodeDecompMain, table, sizeof UnicodeDecompMain);
    memcpy(UnicodeDecomp_codepoints, table + sizeof UnicodeDecompMain, sizeof UnicodeDecomp_codepoints);
  }
  free(columns);
  return unpacked;
}

pg_wchar *unicode_normalize(UnicodeNormalizationForm form, const pg_wchar *input) {
  if (UnicodeDecompMain[0].codepoint == 0 && !unpack()) return NULL;
  return unicode_normalize_unpacked(form, input);
}
