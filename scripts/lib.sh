# shellcheck shell=bash
# Helpers for the scripts in this folder. Source it after `set -euo pipefail`; it sets $root and $logs and changes to $root.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$root/build/logs
cd "$root"
mkdir -p "$logs"

if [[ -t 1 && -z ${NO_COLOR:-} ]]; then
  bold=$'\e[1m' red=$'\e[31m' dim=$'\e[2m' plain=$'\e[0m'
else
  bold='' red='' dim='' plain=''
fi

say() { printf '%s\n' "$*"; }
step() { printf '%s==>%s %s\n' "$bold" "$plain" "$*"; }
die() {
  printf '%serror:%s %s\n' "$red" "$plain" "$*" >&2
  exit 1
}

# retry N COMMAND...: up to N attempts, waiting a little longer before each.
retry() {
  local attempts=$1 n
  shift
  for ((n = 1; ; n++)); do
    "$@" && return 0
    ((n < attempts)) || return 1
    sleep "$n"
  done
}

# logged NAME COMMAND...: one line of progress with the seconds it took; everything else goes to build/logs/NAME.log.
# The command may be a function, and a failure anywhere in it counts (so do not call this in a condition, where `set -e`
# sleeps); the end of its log is then shown.
logged() {
  local name=$1 log=$logs/$1.log start=$SECONDS status
  shift
  printf '%s==>%s %-28s ' "$bold" "$plain" "$name"
  set +e
  (
    set -e
    "$@"
  ) >"$log" 2>&1 </dev/null
  status=$?
  set -e
  if ((status == 0)); then
    printf '%s%ds%s\n' "$dim" $((SECONDS - start)) "$plain"
    return 0
  fi
  printf 'failed\n'
  tail -n 15 "$log" | sed 's/^/    /' >&2
  die "$name failed; the whole log is in ${log#"$root"/}"
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    die "need to be root, or to have sudo, to run: $*"
  fi
}

# What scripts/toolchain and the static builds need.
# shellcheck disable=SC2034 # used by those who source this
compiler_packages=(clang-19 lld-19 llvm-19 cmake ninja-build make perl dpkg-dev xz-utils python3 openssl ca-certificates)

# Starts the toolchain's downloads, while packages are installed. scripts/toolchain then waits for them, and tries again what
# could not be had.
fetch_beside() { scripts/toolchain --fetch >"$logs/fetch.log" 2>&1 </dev/null & }

# packages_of_servers NAME: the packages that the tests' servers name in a line `NAME = "..."`, one a line.
packages_of_servers() { sed -n "s/^$1 = \"\(.*\)\".*/\1/p" tests/support/servers/*.py | tr ' ' '\n' | sort -u; }

# need_packages PACKAGE...: installs the Debian packages that are missing, and touches nothing if none is.
# Services that such a package brings may or may not start: nothing here relies on either.
need_packages() {
  local package missing=()
  command -v apt-get >/dev/null || die "this needs Debian 12 or 13 (no apt-get here); elsewhere: \
docker build -f Dockerfile.probe -t probe ."
  local installed
  # 1 says that some are not known, which is what we ask about.
  installed=" $(dpkg-query -W -f '${db:Status-Status}/${Package} ' "$@" 2>/dev/null)" || (($? == 1)) ||
    die "dpkg-query does not say what is installed"
  for package in "$@"; do
    [[ $installed == *" installed/$package "* ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  say "    installing: ${missing[*]}"
  if ((EUID != 0)); then as_root true; fi # ask for the password here, not in the middle of a progress line
  logged install-packages install_packages "${missing[@]}"
}

install_packages() {
  retry 3 as_root apt-get update -q
  retry 3 as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@"
}
