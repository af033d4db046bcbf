# libpq as scripts/toolchain has unpacked it, once with OpenSSL and once without, and what it uses of src/common and
# src/port. These hash by themselves in both: the 4096 rounds of SCRAM take 3.9 ms that way, 6.0 through OpenSSL's API.
set(postgresql ${trees}/postgresql/src)
function(add_postgresql_library name directory)
  list(TRANSFORM ARGN PREPEND postgresql/src/${directory}/)
  add_c_library(${name} . ${ARGN})
  target_compile_definitions(${name} PRIVATE FRONTEND UNSAFE_STAT_OK _GNU_SOURCE)
  target_include_directories(${name} PRIVATE ${config} ${postgresql}/include ${postgresql}/port ${postgresql}/common)
  target_compile_options(${name} PRIVATE ${smallest})
endfunction()

set(libpq fe-auth fe-auth-scram fe-connect fe-exec fe-misc fe-protocol3 fe-secure libpq-events pqexpbuffer)
add_postgresql_library(pq_lite interfaces/libpq ${libpq})
add_postgresql_library(pq_full interfaces/libpq ${libpq} fe-secure-common fe-secure-openssl)
target_compile_definitions(pq_full PRIVATE USE_OPENSSL)
target_include_directories(pq_full PRIVATE ${trees}/openssl/include)

add_postgresql_library(pgcommon common base64 cryptohash hmac ip link-canary md5 md5_common saslprep scram-common
  sha2 string unicode_norm wchar)
add_postgresql_library(pgport port getpeereid inet_net_ntop noblock pgstrcasecmp snprintf thread timingsafe_bcmp)
target_compile_definitions(pgcommon PRIVATE SHA2_UNROLL_TRANSFORM)

# What is asked about encodings is answered by probe/base/libpq_platform.cpp.
foreach(name IN ITEMS mblen dsplen max_length)
  set_property(SOURCE ${postgresql}/common/wchar.c APPEND PROPERTY
    COMPILE_DEFINITIONS pg_encoding_${name}=pg_encoding_${name}_replaced)
endforeach()

# SCRAM's key derivation is ours: see scram_salted_password.c.
set_source_files_properties(${postgresql}/common/scram-common.c PROPERTIES
  COMPILE_DEFINITIONS scram_SaltedPassword=scram_SaltedPassword_replaced)
target_sources(pgcommon PRIVATE scram_salted_password.c unicode_tables.c)
set_source_files_properties(scram_salted_password.c PROPERTIES COMPILE_OPTIONS -O2)

# The Unicode tables, packed as the compiler lays them out: see unicode_tables.c.
add_library(unicode_norm OBJECT ${postgresql}/common/unicode_norm.c)
target_compile_definitions(unicode_norm PRIVATE FRONTEND)
target_include_directories(unicode_norm PRIVATE ${config} ${postgresql}/include)
target_compile_options(unicode_norm PRIVATE ${small_c})
set(tables UnicodeDecompMain UnicodeDecomp_codepoints)
foreach(table IN LISTS tables)
  list(APPEND extract COMMAND llvm-objcopy-19 -O binary --only-section=.rodata.${table} $<TARGET_OBJECTS:unicode_norm> ${table})
endforeach()
set(pack ${CMAKE_CURRENT_SOURCE_DIR}/../pack)
add_custom_command(OUTPUT unicode_tables.packed
  ${extract}
  COMMAND ${pack} --records 8 ${tables} unicode_tables.packed
  DEPENDS unicode_norm $<TARGET_OBJECTS:unicode_norm> ${pack}
  VERBATIM)
set_source_files_properties(${postgresql}/common/unicode_norm.c TARGET_DIRECTORY pgcommon PROPERTIES
  COMPILE_DEFINITIONS "unicode_normalize=unicode_normalize_unpacked")
set_source_files_properties(unicode_tables.c PROPERTIES
  COMPILE_OPTIONS "--embed-dir=${CMAKE_CURRENT_BINARY_DIR}" OBJECT_DEPENDS ${CMAKE_CURRENT_BINARY_DIR}/unicode_tables.packed)
target_include_directories(pgcommon BEFORE PRIVATE ${trees}/postgresql/packed)
