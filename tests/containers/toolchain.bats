#!/usr/bin/env bats
# What scripts/toolchain says about the versions that it links. The packages come from a mirror of the tests' own; nothing is
# compiled.
load common

setup() {
  cd "$BATS_TEST_DIRNAME/../.." || return
  copy=$BATS_TEST_TMPDIR/copy mirror=$BATS_TEST_TMPDIR/mirror
  mkdir "$copy"
  cp -R scripts cmake "$copy"
  # shellcheck disable=SC2016 # it is text of the script
  sed -i 's/^  logged "toolchain-$arch-\(sources\|compile\|install\)"/  : &/' "$copy/scripts/toolchain"
  printf '%s\n' 'source bookworm one 1:1.0-1' 'binary bookworm two 2.0-1' 'source trixie three 3.0-1' 'binary trixie four 1:4.0-1' |
    tee "$mirror" >"$copy/scripts/toolchain.d/packages"
}
teardown() { :; }

# toolchain [OPTION...]: its output is in $output, what it writes at its end in $warnings.
toolchain() {
  run unshare --mount tests/containers/mirror "$mirror" "$copy/scripts/toolchain" "$@"
  echo "$output"
  warnings=$(<"$copy/build/toolchain/x86_64/warnings")
}
publish() { printf '%s\n' "$@" >>"$mirror"; }
ends_with() { [[ $'\n'$output == *$'\n'"$1" ]]; }

@test "the newest versions, which are the tested ones: nothing is said" {
  toolchain --current
  ((status == 0))
  [[ -z $warnings ]]
}

@test "newer versions in the same suite: a warning at the end with both, and --current refuses" {
  local expected='warning: one 1:1.0-1 is linked, but Debian has published 1:1.0-1+deb12u2
warning: four 1:4.0-1 is linked, but Debian has published 1:4.2-1'
  publish 'source bookworm-security one 1:1.0-1+deb12u2' 'source bookworm one 1:1.0-1+deb12u1' 'binary trixie-updates four 1:4.2-1' \
    'source trixie one 1:9.0-1' 'binary bookworm four 1:9.0-1'
  toolchain
  ((status == 0))
  ends_with "$expected"
  [[ $warnings == "$expected" ]]
  toolchain
  ends_with "$expected"
  toolchain --current
  ((status == 1))
  ends_with "$expected
error: --current: what is linked is not the newest that was tested"
}

@test "the tested version and the newest cannot be had: both are said" {
  local expected='warning: one 1:1.0-2 is linked, but Debian has published 1:1.0-3
note: one 1:1.0-2 is linked instead of 1:1.0-1, which could not be had'
  sed -i '/ one /s/$/ gone/' "$mirror"
  publish 'source bookworm one 1:1.0-2' 'source bookworm-security one 1:1.0-3 gone'
  toolchain
  ((status == 0))
  ends_with "$expected"
  toolchain --current
  ((status == 1))
}

@test "--current asks the mirror again: versions published after the download" {
  toolchain
  ((status == 0))
  publish 'binary bookworm-security two 2.0-1+deb12u1'
  toolchain --current
  ((status == 1))
  has "$output" '*warning: two 2.0-1 is linked, but Debian has published 2.0-1+deb12u1*'
}

@test "scripts/demo and the image's build repeat it as the last thing that they do" {
  local last
  mkdir -p "$BATS_TEST_TMPDIR/build/toolchain/x86_64"
  echo 'warning: two' >"$BATS_TEST_TMPDIR/build/toolchain/x86_64/warnings"
  for last in "$(tail -n 1 scripts/demo)" "$(grep -B 1 -x SCRIPT Dockerfile.probe | head -n 1)"; do
    run bash -c "cd '$BATS_TEST_TMPDIR' && ${last// \/toolchain/ build/toolchain/x86_64}"
    echo "$output"
    [[ $output == 'warning: two' ]]
  done
}
