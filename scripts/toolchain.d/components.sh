# shellcheck shell=bash disable=SC2154,SC2155,SC2164 # variables and `set -e` come from scripts/toolchain
# How each component is built: one function build_NAME each, run with `set -e` in an empty $out/unpacked.
# Sourced by scripts/toolchain.

# install_headers FROM TO PATH...
install_headers() {
  local from=$1 to=$2
  shift 2
  mkdir -p "$to"
  (cd "$from" && cp -R --no-preserve=ownership "$@" "$to")
}

# musl, the kernel's headers, the compiler's own run-time library; and a compiler by name that knows where they are,
# so that no path gets into anybody's recorded flags. It makes paths below the current folder relative, since LLVM's
# bitcode records the name of the source file as given.
build_sysroot() {
  local work=$out/unpacked resource=$out/resource clang name
  rm -rf "$sysroot" "$resource"
  unpack musl-dev "$work/musl"
  unpack linux-libc-dev "$work/linux"
  unpack libclang-rt-19-dev "$work/rt"
  mkdir -p "$sysroot/usr/lib" "$resource/lib/linux"
  install_headers "$work/musl/usr/include/$triple" "$sysroot/usr/include" .
  install_headers "$work/linux/usr/include" "$sysroot/usr/include" linux asm-generic
  install_headers "$work/linux/usr/include/$arch-linux-gnu" "$sysroot/usr/include" asm
  cp "$work/musl/usr/lib/$triple"/*.[ao] "$sysroot/usr/lib"
  cp "$work"/rt/usr/lib/llvm-19/lib/clang/19/lib/linux/{libclang_rt.builtins-"$arch".a,clang_rt.crt*-"$arch".o} \
    "$resource/lib/linux"
  ln -s "$(clang-19 -print-resource-dir)/include" "$resource/include"

  for name in clang clang++; do
    clang=$(command -v "$name-19")
    cat >"$out/bin/$triple-$name" <<EOF
#!/bin/sh
for argument; do
  shift
  set -- "\$@" "\${argument#"\$PWD/"}"
done
exec $clang --target=$triple --sysroot="$sysroot" -resource-dir "$resource" -ffile-prefix-map="$out"=. \\
  -Qunused-arguments -fuse-ld=lld -rtlib=compiler-rt -unwindlib=none -static \$PROBE_EXTRA_FLAGS "\$@"
EOF
    chmod +x "$out/bin/$triple-$name"
  done
}

# libunwind, libc++abi and libc++, the last two in one archive. Only the parts of LLVM that this needs are unpacked,
# and those of Debian's patches that apply to them. Built in the tree, which keeps paths relative.
build_runtimes() {
  local tree=$out/unpacked/llvm base=$src/$(<"$fetched/llvm-toolchain-19") patch file applies part
  base=${base%.dsc}
  mkdir -p "$tree"
  tar -xJf "${base%-*}.orig.tar.xz" -C "$tree" --strip-components=1 --exclude='*/*/test' --wildcards --no-wildcards-match-slash \
    '*/libcxx' '*/libcxxabi' '*/libunwind' '*/cmake' '*/runtimes' '*/llvm/cmake' '*/llvm/utils/llvm-lit' '*/third-party'
  tar -xJf "$base.debian.tar.xz" -C "$tree" debian/patches
  cd "$tree"
  sed -E 's/[[:space:]]*(#.*)?$//; /^[[:space:]]*$/d' debian/patches/series | while read -r patch _; do
    applies=yes
    while read -r file; do
      [[ -e $file ]] || applies=no
    done < <(sed -n 's:^+++ [^/]*/\([^[:space:]]*\).*:\1:p' "debian/patches/$patch")
    [[ $applies == no ]] || patch -p1 -i "debian/patches/$patch"
  done

  local options=(-DLLVM_ENABLE_RUNTIMES="libunwind;libcxxabi;libcxx" -DLLVM_INCLUDE_TESTS=OFF -DLIBCXX_HAS_MUSL_LIBC=ON)
  for part in LIBCXX LIBCXXABI LIBUNWIND; do
    options+=("-D${part}_ENABLE_SHARED=OFF" "-D${part}_USE_COMPILER_RT=ON" "-D${part}_INCLUDE_TESTS=OFF"
      "-D${part}_ENABLE_ASSERTIONS=OFF" "-D${part}_ENABLE_THREADS=OFF") # probe has one thread
  done
  options+=(-DLIBCXXABI_USE_LLVM_UNWINDER=ON -DLIBCXXABI_ENABLE_STATIC_UNWINDER=OFF -DLIBCXXABI_SILENT_TERMINATE=ON
    -DLIBCXX_CXX_ABI=libcxxabi -DLIBCXX_ENABLE_STATIC_ABI_LIBRARY=ON -DLIBCXX_ENABLE_TIME_ZONE_DATABASE=OFF
    -DLIBCXX_INCLUDE_BENCHMARKS=OFF -DLIBCXX_INCLUDE_DOCS=OFF)
  # _Unwind_RaiseException must keep a frame of its own: inlined into a caller, it skips that caller's handlers.
  options+=(-DLIBUNWIND_ADDITIONAL_COMPILE_FLAGS=-fno-lto)
  # Unwind tables that are right at calls, which is where exceptions are thrown, not at every instruction.
  export CXXFLAGS="$CXXFLAGS -fno-asynchronous-unwind-tables $lto"
  export CFLAGS=$CXXFLAGS
  cmake_for_target -S runtimes -B . "${options[@]}"
  ninja -j "$jobs" install
}

# cmake_for_target ARGUMENT...: configures, to install to the sysroot's usr unless told otherwise.
cmake_for_target() {
  cmake -G Ninja -DCMAKE_SYSTEM_NAME=Linux -DCMAKE_SYSTEM_PROCESSOR="$arch" -DCMAKE_BUILD_TYPE=MinSizeRel \
    -DCMAKE_TRY_COMPILE_TARGET_TYPE="${try_compile:-STATIC_LIBRARY}" -DCMAKE_C_COMPILER="$CC" -DCMAKE_CXX_COMPILER="$CXX" \
    -DCMAKE_ASM_COMPILER="$CC" -DCMAKE_AR="$(command -v "$AR")" -DCMAKE_RANLIB="$(command -v "$RANLIB")" \
    -DCMAKE_INSTALL_LIBDIR=lib -DCMAKE_INSTALL_PREFIX="$sysroot/usr" "$@"
}

# Asio and RapidJSON are headers; llhttp is three C files, which probe's own build compiles.
build_headers() {
  local work=$out/unpacked package
  for package in libasio-dev rapidjson-dev node-llhttp; do unpack "$package" "$work"; done
  rm -rf "$out"/common/include/{asio,asio.hpp,rapidjson} "$out/common/src"
  install_headers "$work/usr/include" "$out/common/include" asio asio.hpp rapidjson
  # RapidJSON 1.1 assigns to a constant here, which clang 19 no longer accepts; later versions say this instead.
  sed -i 's/^\( *GenericStringRef& operator=(const GenericStringRef& rhs)\) {.*}$/\1 = delete;/' \
    "$out/common/include/rapidjson/document.h"
  mkdir -p "$out/common/src/llhttp"
  cp "$work"/usr/share/llhttp/*.c "$(find "$work" -name llhttp.h)" "$out/common/src/llhttp"
}

build_cares() {
  unpack c-ares "$out/unpacked/c-ares"
  cd "$out/unpacked/c-ares"
  CFLAGS="$CFLAGS $lto" try_compile=EXECUTABLE cmake_for_target -S . -B . -DCMAKE_INSTALL_PREFIX="$out/common" \
    -DCARES_STATIC=ON -DCARES_SHARED=OFF -DCARES_BUILD_TOOLS=OFF -DCARES_BUILD_TESTS=OFF -DCARES_STATIC_PIC=ON
  ninja -j "$jobs"
  cp lib/libcares.a "$out/common/lib"
  cp include/ares*.h "$out/common/include"
  cp ares_build.h "$out/common/include"
}

build_hiredis() {
  local name
  unpack hiredis "$out/unpacked/hiredis"
  cd "$out/unpacked/hiredis"
  # Debian's patch for CVE-2021-32765 leaves this function with another type than the pointer it is called through.
  sed -i -e 's/^\(static void \*createArrayObject(.*\), size_t elements)\(;*\)/\1, int count)\2/' \
    -e '/^static void \*createArrayObject(.*{$/s/$/ size_t elements = (size_t)count;/' hiredis.c
  for name in alloc read sds net hiredis; do
    # shellcheck disable=SC2086 # words wanted
    [[ ! -e $name.c ]] || "$CC" -std=gnu99 $CFLAGS $lto -c "$name.c"
  done
  rm -f "$out/common/lib/libhiredis.a"
  "$AR" rcs "$out/common/lib/libhiredis.a" ./*.o
  mkdir -p "$out/common/include/hiredis"
  install_headers . "$out/common/include/hiredis" ./{read,sds,hiredis,net}.h
  [[ ! -e alloc.h ]] || cp alloc.h "$out/common/include/hiredis"
}

# TLS 1.2 and 1.3 as a client, with what certificates and keys in use today need; no engines, modules or legacy.
# No assembly: it asks the processor about itself at start-up, and weighs 700 KB. No link-time optimisation: it would
# save 3 % of the binary, and make every link take 20 s instead of 3.
build_openssl() {
  local off=(asm shared dso engine async tests ui-console comp cms ct dtls ts srp psk srtp scrypt siphash blake2 rmd160 mdc2
    md4 rc2 rc4 seed idea cast bf camellia aria sm2 sm3 sm4 whirlpool gost ec2m cmp legacy module ssl3 tls1 tls1_1 dsa sctp
    ssl-trace rfc3779 ocsp dh siv ocb cmac multiblock autoload-config)
  unpack openssl "$out/unpacked/openssl"
  cd "$out/unpacked/openssl"
  ./Configure "linux-$arch" --prefix=/usr --libdir=lib --openssldir=/etc/ssl "${off[@]/#/no-}"
  make -j "$jobs" build_libs
  rm -rf "$out/full/include/openssl"
  mkdir -p "$out/full/lib"
  cp libssl.a libcrypto.a "$out/full/lib"
  install_headers include "$out/full/include" openssl
  rm "$out"/full/include/openssl/*.in
}

build_libpq_full() {
  PROBE_EXTRA_FLAGS="-I$out/full/include -L$out/full/lib" configure_and_make_libpq "$out/full" --with-ssl=openssl
}

build_libpq_lite() { configure_and_make_libpq "$out/lite"; }

# Only the client library and the pieces of src/common and src/port that it uses. --host with --build makes configure
# compile its questions, not run them, for either architecture.
configure_and_make_libpq() {
  local to=$1
  shift
  export PROBE_EXTRA_FLAGS=${PROBE_EXTRA_FLAGS-}
  unpack postgresql-15 "$out/unpacked/postgresql"
  cd "$out/unpacked/postgresql"
  CFLAGS="$CFLAGS $lto" ./configure --host="$triple" --build="$(dpkg-architecture -qDEB_BUILD_GNU_TYPE)" --prefix=/usr \
    --sysconfdir=/etc/postgresql-common --without-gssapi --without-ldap --without-zlib --without-readline --without-icu "$@"
  make -j "$jobs" -C src/backend generated-headers
  # src/common hashes by itself, with OpenSSL too: the 4096 rounds of SCRAM take 3.9 ms that way, 6.0 through OpenSSL's API.
  make -j "$jobs" -C src/port libpgport_shlib.a
  sed -i 's/^scram_SaltedPassword(/scram_SaltedPassword_replaced(/' src/common/scram-common.c
  pack_unicode_tables
  make -j "$jobs" -C src/common with_ssl=no COPT=-DSHA2_UNROLL_TRANSFORM libpgcommon_shlib.a
  # shellcheck disable=SC2086 # words wanted
  "$CC" $CFLAGS -O2 $lto -Isrc/include -Isrc/common -c "$root/scripts/toolchain.d/scram_salted_password.c" -o scram.o
  # shellcheck disable=SC2086 # words wanted
  "$CC" $CFLAGS $lto -Isrc/include -Wno-c23-extensions --embed-dir=. -c "$root/scripts/toolchain.d/unicode_tables.c" \
    -o unicode.o
  "$AR" rcs src/common/libpgcommon_shlib.a scram.o unicode.o
  mkdir -p "$to/lib"
  cp src/port/libpgport_shlib.a src/common/libpgcommon_shlib.a "$to/lib"
  make -j "$jobs" -C src/interfaces/libpq libpq.a
  cp src/interfaces/libpq/libpq.a "$to/lib"
  install_headers src/include "$to/include" postgres_ext.h pg_config.h pg_config_ext.h pg_config_manual.h
  cp src/interfaces/libpq/{libpq-fe.h,libpq-events.h} "$to/include"
}

# Packs the tables of src/common/unicode_norm.c, as the compiler lays them out, and leaves only their declarations.
pack_unicode_tables() {
  local table tables=(UnicodeDecompMain UnicodeDecomp_codepoints)
  # shellcheck disable=SC2086 # words wanted
  "$CC" $CFLAGS -DFRONTEND -Isrc/include -c src/common/unicode_norm.c -o norm.o
  for table in "${tables[@]}"; do
    llvm-objcopy-19 -O binary --only-section=".rodata.$table" norm.o "$table"
  done
  "$root/scripts/pack" --records 8 "${tables[@]}" unicode_tables.packed
  sed -i -E '/^static const /,$ { s/^static const (.*) =$/extern \1;/; /^\{$/,/^\};$/ d }' src/include/common/unicode_norm_table.h
  sed -i 's/^unicode_normalize(/unicode_normalize_unpacked(/' src/common/unicode_norm.c
}

build_ca_roots() {
  unpack ca-certificates "$out/unpacked"
  scripts/ca-roots "$out/full/ca_roots.bin" "$out/unpacked/usr/share/ca-certificates/mozilla"
}
