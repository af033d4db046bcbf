# shellcheck shell=bash disable=SC2154,SC2155,SC2164 # variables and `set -e` come from scripts/toolchain
# What the binary says about what is in it: versions.cmake and licenses/. Sourced by scripts/toolchain.

# version_of PACKAGE: Debian's full version, with the epoch.
version_of() {
  local file=$src/$(<"$fetched/$1")
  case $file in
    *.dsc) sed -n 's/^Version: //p' "$file" ;;
    *.deb) dpkg-deb -f "$file" Version ;;
  esac
}

# from_tarball PACKAGE MEMBER: one file of the upstream source.
from_tarball() {
  local base=$src/$(<"$fetched/$1")
  base=${base%.dsc}
  tar -xOf "$(compgen -G "${base%-*}.orig.tar.[bgx]*[z2]")" --wildcards --no-wildcards-match-slash "*/$2"
}

# license_stanza FILE NAME: the text of a "License: NAME" paragraph in a debian/copyright file, unindented.
license_stanza() {
  awk -v name="$2" '
    !found && $0 == "License: " name { seen = 1; next }
    seen && /^ / { found = 1; sub(/^ /, ""); sub(/^\.$/, ""); print; next }
    { if (found) exit; seen = 0 }' "$1"
}

build_notices() {
  rm -rf "$out/licenses"
  mkdir -p "$out/licenses"
  license_files
  {
    printf 'set(PROBE_VERSION_%s "%s")\n' MUSL "$(version_of musl-dev)" LIBCXX "$(version_of llvm-toolchain-19)" \
      OPENSSL "$(version_of openssl)" LIBPQ "$(version_of postgresql-15)" CARES "$(version_of c-ares)" \
      HIREDIS "$(version_of hiredis)" LLHTTP "$(version_of node-llhttp)" ASIO "$(version_of libasio-dev)" \
      RAPIDJSON "$(version_of rapidjson-dev)" CA_CERTIFICATES "$(version_of ca-certificates)" COMPILER "clang $compiler"
  } >"$out/versions.cmake"
}

license_files() {
  local to=$out/licenses work=$out/unpacked doc=$out/unpacked/usr/share/doc file
  for file in libasio-dev rapidjson-dev node-llhttp; do unpack "$file" "$work"; done

  from_tarball musl COPYRIGHT >"$to/musl.txt"
  from_tarball postgresql-15 COPYRIGHT >"$to/postgresql.txt"
  from_tarball c-ares LICENSE.md >"$to/c-ares.txt"
  from_tarball hiredis COPYING >"$to/hiredis.txt"

  from_tarball openssl LICENSE.txt >"$to/apache-2.0.txt"
  {
    from_tarball openssl README.md | grep -A 1 '^Copyright (c)' | grep Copyright
    printf '\nLicensed under the Apache License, version 2.0 (see apache-2.0).\n'
  } >"$to/openssl.txt"
  {
    printf 'libc++, libc++abi, libunwind and compiler-rt, of the LLVM project, under the Apache License, version 2.0\n'
    printf '(see apache-2.0), with the exceptions below; earlier contributions under the licenses that follow.\n\n'
    from_tarball llvm-toolchain-19 libcxx/LICENSE.TXT | sed -n '/^---- LLVM Exceptions/,$p'
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
