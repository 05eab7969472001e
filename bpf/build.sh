#!/usr/bin/env bash
# Compiles the BPF programs: `build.sh compile TARGET`.
#   *.bpf.c       -> TARGET/classes/io/aegis/bpf/*.bpf.o (BTF kept, DWARF stripped) and TARGET/btf/*.btf.json
# An object is rebuilt when a source, a header, this script or the compiler changed. Objects hold no absolute path, so
# the same sources and clang give the same bytes anywhere.
set -euo pipefail
export LC_ALL=C PATH="$PATH:/usr/sbin:/sbin"

here=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")" && pwd -P)
cd "$here"
shopt -s nullglob

die() {
  printf 'bpf/build.sh: %s\n' "$1" >&2
  exit 1
}

require_tools() {
  local tool missing=()
  for tool in clang llvm-strip bpftool; do
    command -v "$tool" >/dev/null || missing+=("$tool")
  done
  [ ${#missing[@]} -eq 0 ] ||
    die "compiling BPF: not installed: ${missing[*]}; on Debian: apt-get install clang llvm libbpf-dev bpftool"
  [ -e /usr/include/bpf/bpf_helpers.h ] || die "compiling BPF: bpf/bpf_helpers.h is absent; on Debian: apt-get install libbpf-dev"
}

# The kernel's asm/ headers live in the folder of the host's architecture, which clang does not search for -target bpf.
arch_include() {
  local triple
  triple=$(clang -print-target-triple)
  triple=${triple/-pc-linux/-linux}
  [ -d "/usr/include/$triple" ] && printf -- '-idirafter /usr/include/%s' "$triple"
  return 0
}

flags() {
  printf -- '-O2 -g -target bpf -mcpu=v3 -Wall -Wextra -Werror -I . -fdebug-prefix-map=%s=bpf -ffile-prefix-map=%s=bpf %s' \
    "$here" "$here" "$(arch_include)"
}

fingerprint() {
  {
    clang --version
    flags
    sha256sum build.sh ./*.h ./*.c
  } | sha256sum
}

compile_one() {
  local source=$1 objects=$2 btf=$3 name
  name=$(basename "$source" .c)
  # shellcheck disable=SC2046 # words on purpose: a list of flags
  clang $(flags) -c "$source" -o "$objects/$name.o"
  llvm-strip -g "$objects/$name.o"
  bpftool -j btf dump file "$objects/$name.o" format raw >"$btf/$name.btf.json"
}

compile() {
  local target=$1 objects=$1/classes/io/aegis/bpf btf=$1/btf stamp=$1/bpf.stamp source now
  local sources=(*.bpf.c)
  [ ${#sources[@]} -gt 0 ] || return 0
  require_tools
  now=$(fingerprint)
  [ -e "$stamp" ] && [ "$(cat "$stamp")" = "$now" ] && return 0
  rm -rf "$objects" "$btf" "$stamp"
  mkdir -p "$objects" "$btf"
  for source in "${sources[@]}"; do
    compile_one "$source" "$objects" "$btf"
  done
  printf '%s\n' "$now" >"$stamp"
}

case ${1:-} in
  compile) compile "${2:?target folder}" ;;
  *) die "usage: build.sh compile TARGET" ;;
esac
