# shellcheck shell=bash disable=SC2154,SC2155,SC2164 # variables and `set -e` come from scripts/toolchain
# Downloads through apt, with a private configuration: the system's own list plus sources, this architecture, and
# nothing of the system's state. Sourced by scripts/toolchain.

apt=$toolchain/apt/$arch

# file_of PACKAGE: what was downloaded, a .dsc or a .deb in $src.
file_of() { printf '%s' "$(<"$fetched/$1")"; }

# unpack PACKAGE DIRECTORY: a source package with Debian's patches applied, or the files of a binary one.
unpack() {
  local file=$src/$(<"$fetched/$1")
  case $file in
    *.dsc) dpkg-source --no-copy -x "$file" "$2" ;;
    *.deb) dpkg-deb -x "$file" "$2" ;;
  esac
}

fetch_missing() {
  local package missing=()
  for package in "${sources[@]}" "${binaries[@]}"; do
    [[ -s $fetched/$package && -e $src/$(<"$fetched/$package") ]] || missing+=("$package")
  done
  ((${#missing[@]})) || return 0
  rm -f "$out/complete" "$fetched/fallbacks"
  logged "toolchain-$arch-download" download_all "${missing[@]}"
  if [[ -e $fetched/fallbacks ]]; then
    sed 's/^/    /' "$fetched/fallbacks"
    rm "$fetched/fallbacks"
  fi
}

download_all() {
  local package kind
  write_apt_configuration
  retry 3 apt_private apt-get update
  cd "$src"
  for package in "$@"; do
    kind=binary
    [[ " ${sources[*]} " != *" $package "* ]] || kind=source
    download "$kind" "$package"
  done
}

# Debian's own entries for bookworm, security included, with sources; entries of third parties are left out.
write_apt_configuration() {
  local file
  rm -rf "$apt"
  mkdir -p "$apt/sources" "$apt/lists/partial" "$apt/cache/archives/partial"
  : >"$apt/status"
  for file in /etc/apt/sources.list.d/*.sources; do
    [[ -e $file ]] || continue
    awk -v RS= '
      !/(^|\n)Types:[^\n]*deb( |\n|$)/ || !/(^|\n)Components:[^\n]*main/ || /(^|\n)Enabled: *no/ { next }
      /(^|\n)Signed-By:/ && !/debian-archive/ { next }
      !match($0, /(^|\n)Suites:[^\n]*/) { next }
      {
        suites = ""
        n = split(substr($0, RSTART, RLENGTH), word, /[ \t\n]+/)
        for (i = 1; i <= n; i++) if (word[i] ~ /^(bookworm|stable|oldstable)(-updates|-security)?$/) suites = suites " " word[i]
        if (suites == "") next
        lines = split($0, line, "\n")
        for (i = 1; i <= lines; i++) {
          if (line[i] ~ /^Types:/) print "Types: deb deb-src"
          else if (line[i] ~ /^Suites:/) print "Suites:" suites
          else if (line[i] !~ /^(#|Architectures:)/) print line[i]
        }
        print ""
      }' "$file" >"$apt/sources/$(basename "$file")"
  done
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
    [[ -e $file ]] || continue
    awk '
      $1 != "deb" || !/ main( |$)/ || (/signed-by=/ && !/debian-archive/) { next }
      / bookworm(-updates|-security)? main/ {
        sub(/arch=[^] ]* */, ""); sub(/\[ *\]/, "")
        print; sub(/^deb /, "deb-src "); print
      }' "$file" >"$apt/sources/$(basename "$file")"
  done
  grep -rq . "$apt/sources" || {
    echo "error: no entry for Debian bookworm in /etc/apt/sources.list or /etc/apt/sources.list.d"
    return 1
  }
}

apt_private() {
  local command=$1
  shift
  "$command" -q -o Dir::Etc::SourceList=/dev/null -o Dir::Etc::SourceParts="$apt/sources" \
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
    -o Dir::State::Lists="$apt/lists" -o Dir::State::Status="$apt/status" -o Dir::Cache="$apt/cache" \
    -o APT::Architecture="$debian_arch" -o APT::Architectures="$debian_arch" \
    -o APT::Sandbox::User=root -o APT::Update::Error-Mode=any -o Acquire::Retries=3 -o Acquire::Languages=none "$@"
}

# download source|binary PACKAGE: the newest version that the mirror really has. A security update's files are
# sometimes missing (404) while its index is there; the release's own version then has to do.
download() {
  local kind=$1 package=$2 version file newest='' show=show get=download
  if [[ $kind == source ]]; then show='showsrc --only-source' get='source --download-only'; fi
  # shellcheck disable=SC2086 # words wanted
  for version in $(apt_private apt-cache $show "$package" | sed -n 's/^Version: //p' | sort -ruV); do
    if apt_private apt-get $get "$package=$version" >"$apt/get.log" 2>&1; then
      cat "$apt/get.log"
      version=${version/:/%3a}
      [[ $kind == binary ]] || version=${version#*%3a}
      for file in "${package}_$version"{.dsc,"_$debian_arch.deb",_all.deb}; do [[ ! -e $file ]] || break; done
      [[ -e $file ]] || die "$package $version was downloaded, but $file is not there"
      echo "$file" >"$fetched/$package"
      [[ -z $newest ]] || echo "the mirror lacks $package $newest: using $version" >>"$fetched/fallbacks"
      return
    fi
    cat "$apt/get.log"
    grep -q ' 404 ' "$apt/get.log" || break
    newest=${newest:-$version}
  done
  echo "error: could not download the $kind package $package"
  return 1
}
