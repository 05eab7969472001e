#!/usr/bin/env bash
# Compiles the BPF programs: `build.sh compile TARGET`; judges their sources: `build.sh check`.
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
  local objects=$1/classes/io/aegis/bpf btf=$1/btf stamp=$1/bpf.stamp source now
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

# Versions of clang-format disagree about details, so one of them is the judge; another one only advises.
format_judge=14

check_format() {
  local tool version sources=(*.c *.h)
  tool=$(command -v "clang-format-$format_judge" || command -v clang-format) ||
    die "checking the format of BPF sources: clang-format is not installed; on Debian: apt-get install clang-format"
  version=$("$tool" --version | sed -E 's/.*version ([0-9]+).*/\1/')
  if [ "$version" = "$format_judge" ]; then
    "$tool" --dry-run -Werror "${sources[@]}" ||
      die "checking the format of BPF sources: not as .clang-format says (see above); run: clang-format -i bpf/*.[ch]"
  else
    "$tool" --dry-run "${sources[@]}" || true
    printf 'bpf/build.sh: format not enforced: clang-format is version %s, not %s\n' "$version" "$format_judge"
  fi
}

# In kernel style the braces of a function stand alone in the first column, which is all the parsing this needs.
check_lengths() {
  local sources=(*.c *.h)
  awk '
    /^{/ { start = FNR }
    /^}/ && start {
      length_ = FNR - start + 1
      if (length_ > 40) { printf "%s:%d: function of %d lines, at most 40 are allowed\n", FILENAME, start, length_; bad = 1 }
      start = 0
    }
    FNR == 501 { printf "%s: file of more than 500 lines, at most 500 are allowed\n", FILENAME; bad = 1 }
    END { exit bad }
  ' "${sources[@]}" || die "checking the size of BPF sources: too long (see above); split by concern"
}

check() {
  local sources=(*.c *.h)
  [ ${#sources[@]} -gt 0 ] || return 0
  check_format
  check_lengths
}

case ${1:-} in
  compile) compile "${2:?target folder}" ;;
  check) check ;;
  *) die "usage: build.sh compile TARGET | check" ;;
esac
