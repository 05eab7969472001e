# shellcheck shell=bash
# Finds or installs what Aegis needs. Sourced by ../../aegis; uses AEGIS_BASE and AEGIS_STATE.

say() { printf 'aegis: %s\n' "$*" >&2; }

# die STATUS MESSAGE...: 2 is "something about your machine or your command is not as it must be", 1 is a failure.
die() {
  local status=$1
  shift
  say "$*"
  exit "$status"
}

is_root() { [ "$(id -u)" = 0 ]; }

make_state_folder() {
  mkdir -p "$AEGIS_STATE" 2>/dev/null || true
  [ -w "$AEGIS_STATE" ] ||
    die 2 "writing to $AEGIS_STATE: not permitted for $(id -un); run as the user who owns $AEGIS_BASE, or as root"
}

# --- packages -------------------------------------------------------------------------------------------------------

apt_lists_are_fresh=no

refresh_apt_lists() {
  [ "$apt_lists_are_fresh" = no ] || return 0
  DEBIAN_FRONTEND=noninteractive apt-get update -qq </dev/null >>"$AEGIS_STATE/apt.log" 2>&1 ||
    say "refreshing the package lists failed (see .aegis/apt.log); going on with the old ones"
  apt_lists_are_fresh=yes
}

has_candidate() {
  local candidate
  candidate=$(apt-cache policy "$1" 2>/dev/null | sed -n 's/^  Candidate: //p')
  [ -n "$candidate" ] && [ "$candidate" != '(none)' ]
}

# install_packages WHAT_FOR PACKAGE...
install_packages() {
  local purpose=$1
  shift
  command -v apt-get >/dev/null ||
    die 2 "$purpose needs packages that this machine lacks. In Debian's names: $*. Install them and start again"
  is_root || die 2 "$purpose needs packages that this machine lacks. Install them as root and start again: apt-get install $*"
  make_state_folder
  say "installing for $purpose: $*"
  refresh_apt_lists
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" </dev/null >>"$AEGIS_STATE/apt.log" 2>&1 || {
    tail -n 5 "$AEGIS_STATE/apt.log" >&2
    die 2 "installing $*: apt-get failed (its last lines are above, all of it in .aegis/apt.log)"
  }
}

# --- the JDK --------------------------------------------------------------------------------------------------------

JAVA=

use_jdk() {
  local home
  home=$("$AEGIS_BASE/scripts/find-jdk") || return 1
  export JAVA_HOME=$home
  JAVA=$home/bin/java
}

require_jdk() {
  use_jdk && return 0
  if is_root && command -v apt-get >/dev/null; then
    make_state_folder
    refresh_apt_lists
    if has_candidate openjdk-25-jdk-headless; then
      install_packages "running Aegis" openjdk-25-jdk-headless
      use_jdk && return 0
    fi
  fi
  die 2 "no JDK 25 found (looked at JAVA_HOME, PATH, /usr/lib/jvm, /opt, ~/.sdkman and ~/.jdks). Install your distribution's" \
    "openjdk-25-jdk-headless, or unpack Temurin 25 from adoptium.net under /opt, or set JAVA_HOME"
}

# --- what the build needs -------------------------------------------------------------------------------------------

bpftool_package() {
  # Ubuntu ships bpftool with its kernel tools.
  if has_candidate bpftool || ! command -v apt-cache >/dev/null; then printf 'bpftool\n'; else printf 'linux-tools-generic\n'; fi
}

maven_is_there() {
  local version
  command -v mvn >/dev/null || [ -n "${MVNW_REPOURL:-}" ] && return 0
  version=$(sed -n 's/^mavenVersion=//p' "$AEGIS_BASE/.mvn/wrapper/maven-wrapper.properties")
  [ -d "${MAVEN_USER_HOME:-$HOME/.m2}/wrapper/dists/apache-maven-$version-bin" ]
}

# missing_packages [TOOL:PACKAGE...]: prints the packages of what the build needs, and of the tools named, and is absent.
missing_packages() {
  local PATH=$PATH:/usr/sbin:/sbin pair
  for pair in clang:clang llvm-strip:llvm ip:iproute2 "$@"; do
    command -v "${pair%%:*}" >/dev/null || printf '%s\n' "${pair#*:}"
  done
  command -v bpftool >/dev/null || bpftool_package
  [ -e /usr/include/bpf/bpf_helpers.h ] || printf 'libbpf-dev\n'
  maven_is_there || printf 'maven\n'
}

# require_build_environment [TOOL:PACKAGE...]
# shellcheck disable=SC2120 # only the tests name more tools
require_build_environment() {
  local missing
  require_jdk
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -eq 0 ] || install_packages "building" "${missing[@]}"
}
