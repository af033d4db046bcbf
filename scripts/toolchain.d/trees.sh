# shellcheck shell=bash disable=SC2046,SC2154,SC2155,SC2164 # variables and `set -e` come from scripts/toolchain
# The sources, unpacked and configured, in $trees: the same for every architecture. What a configure script would find out
# about musl is known and stands in toolchain.d/config/. One function tree_NAME each, run with `set -e` in an empty
# directory that then becomes $trees/NAME. Sourced by scripts/toolchain.

# unpack PACKAGE DIRECTORY: a source package with Debian's patches applied, or the files of a binary one.
unpack() {
  local file=$src/$(file_of "$1")
  case $file in
    *.dsc) dpkg-source --no-copy --no-check -x "$file" "$2" ;;
    *.deb) dpkg-deb -x "$file" "$2" ;;
  esac
}

# A source package, without a directory of its own.
unpack_here() {
  unpack "$1" unpacked
  mv unpacked/* .
  rm -rf unpacked
}

# The C++ runtime, as upstream has it: Debian's patches do not touch what is compiled here.
tree_llvm() {
  local base=$src/$(file_of llvm-toolchain-19)
  base=${base%.dsc}
  xz -dc -T0 "${base%-*}.orig.tar.xz" |
    tar -x --strip-components=1 --exclude='*/*/test' --wildcards --no-wildcards-match-slash '*/libcxx/include' \
      '*/libcxx/src' '*/libcxx/vendor' '*/libcxx/LICENSE.TXT' '*/libcxxabi/include' '*/libcxxabi/src' \
      '*/libunwind/include' '*/libunwind/src'
  cp libcxx/vendor/llvm/default_assertion_handler.in libcxx/include/__assertion_handler
  # What should never happen ends the process without a text, and without printf.
  sed -i '/^ *fprintf(stderr, "libunwind/d; /^ *fflush(stderr);/d' libunwind/src/config.h
}

# TLS 1.2 and 1.3 as a client, with what certificates and keys in use today need; no engines, modules or legacy.
# No assembly: it asks the processor about itself at start-up, and weighs 700 KB. No file names in error records.
tree_openssl() {
  local off=(asm shared dso engine async tests ui-console comp cms ct dtls ts srp psk srtp scrypt siphash blake2 rmd160 mdc2
    md4 rc2 rc4 seed idea cast bf camellia aria sm2 sm3 sm4 whirlpool gost ec2m cmp legacy module ssl3 tls1 tls1_1 dsa sctp
    ssl-trace rfc3779 ocsp dh siv ocb cmac multiblock autoload-config quic ml-kem ml-dsa slh-dsa argon2 docs apps filenames
    threads thread-pool default-thread-pool secure-memory http nextprotoneg integrity-only-ciphers tls-deprecated-ec)
  unpack_here openssl
  # Any 64-bit Linux: without assembly all are the same.
  CC=clang-19 CFLAGS='' ./Configure linux-x86_64 --prefix=/usr --libdir=lib --openssldir=/etc/ssl "${off[@]/#/no-}"
  # What is generated, as the rules `FILE: FILE.in ...` name it.
  make $(sed -nE 's/^([a-z_/0-9]+\.[ch]): \1\.in .*/\1/p' Makefile)
  : >providers/encoders.inc # a client writes no keys
  # The time and the flags of the build, which nobody asks for.
  printf '%s\n' '#define PLATFORM "platform: linux"' '#define DATE "built on: date not available"' \
    'static const char compiler_flags[] = "compiler: information not available";' >crypto/buildinf.h
}

tree_postgresql() {
  local version
  unpack_here postgresql-15
  mkdir -p packed/common
  version=$(sed -n "s/^PACKAGE_VERSION='\(.*\)'$/\1/p" configure)
  [[ $version =~ ^15\.([0-9]+)$ ]]
  printf '#define PG_VERSION "%s"\n#define PG_VERSION_NUM %d\n#define PG_VERSION_STR "PostgreSQL %s"\n' "$version" \
    $((150000 + BASH_REMATCH[1])) "$version" >src/include/pg_version.h
  ln -s port/linux.h src/include/pg_config_os.h
  # Hashes and conversions that nobody asks for.
  sed -E -i '/case PG_SHA(1|224|384|512):/,/break;/d' src/common/{cryptohash,hmac}.c
  sed -i "/^dopr(/,/^}/ { /case 'p':/,/case 'm':/ { /case 'm':/! d } }" src/port/snprintf.c
  # Only declarations: the tables are packed, see toolchain.d/unicode_tables.c.
  sed -E '/^static const /,$ { s/^static const (.*) =$/extern \1;/; /^\{$/,/^\};$/ d }' \
    src/include/common/unicode_norm_table.h >packed/common/unicode_norm_table.h
}

tree_c-ares() { unpack_here c-ares; }

tree_hiredis() { unpack_here hiredis; }

# Beside the library, which comes from musl-dev: what is compiled anew, and its licence.
tree_musl() { unpack_here musl; }

# Asio and RapidJSON are headers; llhttp is three C files.
tree_headers() {
  local package
  for package in libasio-dev rapidjson-dev node-llhttp; do unpack "$package" .; done
  mkdir include llhttp
  mv usr/include/{asio,asio.hpp,rapidjson} include
  mv usr/share/llhttp/*.c "$(find usr -name llhttp.h)" llhttp
}

tree_roots() {
  unpack ca-certificates .
  "$root/scripts/ca-roots" ca_roots.bin usr/share/ca-certificates/mozilla
}

# tree DIRECTORY PACKAGE...: makes it by the function of its name, unless that and the packages are those of the last time.
# It is made aside and moved into its place when it is whole, so that it may be interrupted. Its files get the time of now,
# since those of a release may be older than what was compiled of the last one, and Ninja would keep that.
tree() {
  local tree=$1 name key
  name=$(basename "$1")
  shift
  key=$({
    declare -f "tree_$name" unpack unpack_here
    for package; do file_of "$package"; done
    cat scripts/ca-roots
  } | sha256sum)
  [[ ! -e $tree.key || $(<"$tree.key") != "$key" ]] || return 0
  rm -f "$tree.key"
  rm -rf "$tree" "$tree.new"
  mkdir -p "$tree.new"
  (cd "$tree.new" && "tree_$name")
  find "$tree.new" -exec touch -h {} +
  mv "$tree.new" "$tree"
  printf '%s\n' "$key" >"$tree.key"
}

# All of them, side by side; those that take longest first.
make_trees() {
  local pid pids=() status=0
  tree "$trees/openssl" openssl &
  pids+=($!)
  tree "$trees/llvm" llvm-toolchain-19 &
  pids+=($!)
  {
    tree "$trees/postgresql" postgresql-15
    tree "$sysroot" musl-dev linux-libc-dev libclang-rt-19-dev
    tree "$trees/c-ares" c-ares
    tree "$trees/hiredis" hiredis
    tree "$trees/musl" musl
    tree "$trees/headers" libasio-dev rapidjson-dev node-llhttp
    tree "$trees/roots" ca-certificates
  } &
  pids+=($!)
  for pid in "${pids[@]}"; do wait "$pid" || status=$?; done
  # Where the disk was full, a file may be cut off without an error.
  ((status == 0)) || rm -f "$trees"/*.key "$sysroot.key"
  return "$status"
}

# musl, the kernel's headers and the compiler's own run-time library, of the architecture that is built for, in an empty
# directory that becomes $sysroot.
tree_sysroot() {
  local package resource=resource/lib/linux
  for package in musl-dev linux-libc-dev libclang-rt-19-dev; do unpack "$package" unpacked; done
  mkdir -p usr/lib usr/include "$resource"
  cp -RL --no-preserve=ownership "unpacked/usr/include/$triple/." usr/include
  cp -RL --no-preserve=ownership unpacked/usr/include/{linux,asm-generic} "unpacked/usr/include/$arch-linux-gnu/asm" usr/include
  cp "unpacked/usr/lib/$triple"/*.[ao] usr/lib
  cp unpacked/usr/lib/llvm-19/lib/clang/19/lib/linux/{libclang_rt.builtins-"$arch".a,clang_rt.crt*-"$arch".o} "$resource"
  ln -s "$(clang-19 -print-resource-dir)/include" resource/include
  rm -r unpacked
}
