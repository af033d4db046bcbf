# shellcheck shell=bash disable=SC2154,SC2155,SC2164 # variables and `set -e` come from scripts/toolchain
# Downloads what toolchain.d/packages lists through apt, with a private configuration: the system's own mirrors, both
# suites, sources, one architecture, and nothing of the system's state. Sourced by scripts/toolchain.

apt=$toolchain/apt/$arch
table=$root/scripts/toolchain.d/packages

# field PACKAGE N: column N of its row; 1 is kind, 2 suite, 4 the tested version.
field() { awk -v package="$1" -v n="$2" '!/^#/ && $3 == package { print $n }' "$table"; }
suites() { awk '!/^#/ { print $2 }' "$table" | sort -u; }
packages() { awk '!/^#/ { print $3 }' "$table"; }

# record_of PACKAGE: the file that says what was downloaded, for this architecture where that matters. Its lines are the name
# of a .dsc or .deb in $src, the version, the newest version that Debian has published, and what the table said.
record_of() {
  local record=$fetched/$1
  [[ ! -e $record.$debian_arch ]] || record+=.$debian_arch
  printf '%s' "$record"
}
file_of() { head -n 1 "$(record_of "$1")"; }
version_of() { sed -n 2p "$(record_of "$1")"; }
newest_of() { sed -n 3p "$(record_of "$1")"; }

# A row of the table that has changed is fetched again.
is_fetched() {
  local record
  record=$(record_of "$1")
  [[ -s $record && -e $src/$(file_of "$1") && $(sed -n 4p "$record") == "$(field "$1" 2) $(field "$1" 4)" ]]
}

missing_packages() {
  local package
  for package in $(packages); do is_fetched "$package" || echo "$package"; done
}

# download_all PACKAGE...: all in one go, which is much quicker; where the mirror does not have one, one after the other.
download_all() {
  local kind package first
  read_indexes "$@"
  cd "$src"
  for kind in source binary; do
    first=()
    for package; do
      [[ $(field "$package" 1) != "$kind" ]] || first+=("$package=$(candidates_of "$package" | sed -n 1p)")
    done
    ((${#first[@]})) || continue
    if get "$kind" "${first[@]}"; then
      for package in "${first[@]}"; do record "${package%%=*}" "${package#*=}"; done
    else
      for package in "${first[@]}"; do download "${package%%=*}"; done
    fi
  done
}

# What Debian has published since the packages were downloaded, into their records.
ask_for_newest() {
  local package all
  mapfile -t all < <(packages)
  read_indexes "${all[@]}"
  for package in "${all[@]}"; do sed -i "3c $(versions_of "$package" | sed -n 1p)" "$(record_of "$package")"; done
}

# read_indexes PACKAGE...: of the mirrors, as they are now; what they say about these packages is then in $versions.
read_indexes() {
  write_apt_configuration
  retry 3 update_lists
  versions=$(apt_private apt-cache madison "$@")
}

# One entry per mirror that the system has for Debian itself, with the suites that the table names, their updates and
# their security updates, and with sources. Entries of third parties are left out.
write_apt_configuration() {
  local uri kind suffixes suite suites
  rm -rf "$apt"
  mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
  : >"$apt/status"
  while read -r kind uri; do
    suffixes='/ -updates'
    [[ $kind == main ]] || suffixes=-security
    suites=''
    for suite in $(suites); do
      for suffix in $suffixes; do suites+=" $suite${suffix#/}"; done
    done
    printf 'Types: deb deb-src\nURIs: %s\nSuites:%s\nComponents: main\nSigned-By: %s\n\n' "$uri" "$suites" "$keyring"
  done < <(debian_mirrors) >"$apt/debian.sources"
  grep -q . "$apt/debian.sources" || {
    echo "error: no entry for Debian in /etc/apt/sources.list or /etc/apt/sources.list.d"
    return 1
  }
}

keyring=/usr/share/keyrings/debian-archive-keyring.gpg

# "main URI" and "security URI", each once, of the system's entries for a release of Debian.
debian_mirrors() {
  find /etc/apt \( -name '*.sources' -o -name '*.list' \) -exec cat {} + | awk '
    function mirror(uri, suite) {
      if (suite !~ /^(bookworm|trixie|stable|oldstable)(-updates|-security)?$/) return
      kind = suite ~ /-security$/ ? "security" : "main"
      if (!((kind, uri) in seen)) print kind, uri
      seen[kind, uri] = 1
    }
    function end_of_stanza(  i, j, uris, suites) {
      if (enabled && main && split(uri_line, uris) && split(suite_line, suites))
        for (i in uris) for (j in suites) mirror(uris[i], suites[j])
      uri_line = suite_line = ""; enabled = 1; main = 0
    }
    BEGIN { enabled = 1 }
    $1 == "deb" && / main( |$)/ && (!/signed-by=/ || /debian-archive/) {
      for (i = 2; i < NF && $i !~ /:\//; i++);
      mirror($i, $(i + 1))
    }
    /^Types:/ { end_of_stanza() }
    /^URIs:/ { sub(/^URIs: */, ""); uri_line = $0 }
    /^Suites:/ { sub(/^Suites: */, ""); suite_line = $0 }
    /^Components:.* main( |$)/ { main = 1 }
    /^Enabled: *no/ { enabled = 0 }
    /^Signed-By:/ && !/debian-archive/ { enabled = 0 }
    END { end_of_stanza() }'
}

apt_private() {
  local command=$1
  shift
  "$command" -q -o Dir::Etc::SourceList="$apt/debian.sources" -o Dir::Etc::SourceParts=/dev/null \
    -o Dir::Etc::Preferences=/dev/null -o Dir::Etc::PreferencesParts=/dev/null \
    -o Dir::State::Lists="$apt/lists" -o Dir::State::Status="$apt/status" -o Dir::Cache="$apt/cache" \
    -o APT::Architecture="$debian_arch" -o APT::Architectures="$debian_arch" -o APT::Default-Release= \
    -o APT::Sandbox::User=root -o APT::Update::Error-Mode=any -o Acquire::Languages=none "$@"
}

# An update has come incomplete without an error: each suite must have an index of packages and one of sources.
# With apt's own retries, which are the default, it waits for ever when the disk is full.
update_lists() {
  local suite kind
  apt_private apt-get -o Acquire::Retries=0 update || return 1
  for suite in $(suites); do
    for kind in binary-"$debian_arch"_Packages source_Sources; do
      compgen -G "$apt/lists/*_dists_${suite}_main_${kind}*" >/dev/null || {
        echo "error: the mirror gave no index of $suite ($kind)"
        return 1
      }
    done
  done
}

# versions_of PACKAGE: those of its suite that the indexes name, the newest first.
versions_of() {
  awk -F ' *\\| *' -v package="$1" -v suite="$(field "$1" 2)" -v kind="$(field "$1" 1)" '
    $1 ~ "^ *" package "$" && (index($3, " " suite "/") || index($3, " " suite "-")) {
      if ((kind == "source") == ($3 ~ /Sources$/)) print $2
    }' <<<"$versions" | sort -uV | tac
}
# candidates_of PACKAGE: the tested version, if it is among them, and then all of them.
candidates_of() {
  versions_of "$1" | grep -Fx "$(field "$1" 4)" || :
  versions_of "$1"
}

# get source|binary PACKAGE=VERSION...: into the current directory.
get() {
  local kind=$1 status=0
  shift
  case $kind in
    source) apt_private apt-get -o Acquire::Retries=3 source --download-only "$@" ;;
    binary) apt_private apt-get -o Acquire::Retries=3 download "$@" ;;
  esac >"$apt/get.log" 2>&1 || status=$?
  cat "$apt/get.log"
  return "$status"
}

# download PACKAGE: the newest version that the mirror really has. A security update's files are sometimes missing (404)
# while its index is there.
download() {
  local version
  for version in $(candidates_of "$1"); do
    if get "$(field "$1" 1)" "$1=$version"; then
      record "$1" "$version"
      return
    fi
    grep -q ' 404 ' "$apt/get.log" || break
  done
  die "could not download the package $1 of $(field "$1" 2)"
}

# record PACKAGE VERSION: it has been downloaded.
record() {
  local package=$1 version=$2 file
  file=${version/:/%3a}
  [[ $(field "$package" 1) == binary ]] || file=${file#*%3a}
  for file in "${package}_$file"{.dsc,"_$debian_arch.deb",_all.deb}; do [[ ! -e $file ]] || break; done
  [[ -e $file ]] || die "$package $version was downloaded, but $file is not there"
  printf '%s\n' "$file" "$version" "$(versions_of "$package" | sed -n 1p)" "$(field "$package" 2) $(field "$package" 4)" \
    >"$fetched/.new"
  [[ $file != *"_$debian_arch.deb" ]] || package+=.$debian_arch
  mv "$fetched/.new" "$fetched/$package"
}

# What a user of the binary should know about the versions in it, a line for each.
outdated() {
  local package
  for package in $(packages); do
    [[ $(version_of "$package") == "$(newest_of "$package")" ]] ||
      echo "warning: $package $(version_of "$package") is linked, but Debian has published $(newest_of "$package")"
  done
}
untested() {
  local package
  for package in $(packages); do
    [[ $(version_of "$package") == "$(field "$package" 4)" ]] ||
      echo "note: $package $(version_of "$package") is linked instead of $(field "$package" 4), which could not be had"
  done
}
