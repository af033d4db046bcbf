# shellcheck shell=bash disable=SC2154,SC2155,SC2164 # variables and `set -e` come from scripts/toolchain
# What the binary says about what is in it: versions.cmake and licenses/. Sourced by scripts/toolchain.

# license_stanza FILE NAME: the text of a "License: NAME" paragraph in a debian/copyright file, unindented.
license_stanza() {
  awk -v name="$2" '
    !found && $0 == "License: " name { seen = 1; next }
    seen && /^ / { found = 1; sub(/^ /, ""); sub(/^\.$/, ""); print; next }
    { if (found) exit; seen = 0 }' "$1"
}

make_notices() {
  mkdir -p "$out/licenses"
  license_files
  {
    printf 'set(PROBE_VERSION_%s "%s")\n' MUSL "$(version_of musl-dev)" LIBCXX "$(version_of llvm-toolchain-19)" \
      OPENSSL "$(version_of openssl)" LIBPQ "$(version_of postgresql-15)" CARES "$(version_of c-ares)" \
      HIREDIS "$(version_of hiredis)" LLHTTP "$(version_of node-llhttp)" ASIO "$(version_of libasio-dev)" \
      RAPIDJSON "$(version_of rapidjson-dev)" CA_CERTIFICATES "$(version_of ca-certificates)" COMPILER "clang $(clang-19 -dumpversion)"
  } >"$out/versions.cmake"
}

license_files() {
  local to=$out/licenses doc=$trees/headers/usr/share/doc file
  cp "$trees/musl/COPYRIGHT" "$to/musl.txt"
  cp "$trees/postgresql/COPYRIGHT" "$to/postgresql.txt"
  cp "$trees/c-ares/LICENSE.md" "$to/c-ares.txt"
  cp "$trees/hiredis/COPYING" "$to/hiredis.txt"

  cp "$trees/openssl/LICENSE.txt" "$to/apache-2.0.txt"
  {
    grep -A 1 '^Copyright (c)' "$trees/openssl/README.md" | grep Copyright
    printf '\nLicensed under the Apache License, version 2.0 (see apache-2.0).\n'
  } >"$to/openssl.txt"
  {
    printf 'libc++, libc++abi, libunwind and compiler-rt, of the LLVM project, under the Apache License, version 2.0\n'
    printf '(see apache-2.0), with the exceptions below; earlier contributions under the licenses that follow.\n\n'
    sed -n '/^---- LLVM Exceptions/,$p' "$trees/llvm/libcxx/LICENSE.TXT"
  } >"$to/llvm.txt"

  {
    sed -n '/^Files: \*/,/^License:/p' "$doc/libasio-dev/copyright" | grep -v -e '^Files' -e '^License'
    echo
    license_stanza "$doc/libasio-dev/copyright" Boost
  } >"$to/asio.txt"
  {
    printf 'Copyright: 2018-2020 Fedor Indutny\n\n'
    license_stanza "$doc/node-llhttp/copyright" Expat
  } >"$to/llhttp.txt"
  {
    printf 'Copyright (C) 2011-2014 Milo Yip\n\n'
    license_stanza "$doc/rapidjson-dev/copyright" Expat
  } >"$to/rapidjson.txt"
  cat >"$to/ca-certificates.txt" <<EOF
The built-in TLS roots are data of Mozilla's CA certificate program, as packaged in Debian's ca-certificates
$(version_of ca-certificates). Copyright: Mozilla Contributors.

This Source Code Form is subject to the terms of the Mozilla Public License, v. 2.0. If a copy of the MPL was not
distributed with this file, You can obtain one at http://mozilla.org/MPL/2.0/.

The source form is the Debian source package ca-certificates of that version, file mozilla/certdata.txt.
EOF
  for file in "$to"/*.txt; do
    [[ $(wc -c <"$file") -gt 150 ]] || {
      echo "error: $(basename "$file") came out (nearly) empty"
      return 1
    }
  done
}
