#!/usr/bin/env bash
# `./aegis test`: installs what is missing, builds, checks and runs all tests, and says what was left out and why.
# Arguments go to Maven. The exit status is Maven's, or 1 when the launcher's own test failed.
set -uo pipefail

AEGIS_BASE=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/../.." && pwd -P)
AEGIS_STATE=$AEGIS_BASE/.aegis
# shellcheck source=scripts/launcher/setup.sh
. "$AEGIS_BASE/scripts/launcher/setup.sh"
# shellcheck source=scripts/launcher/build.sh
. "$AEGIS_BASE/scripts/launcher/build.sh"

bpffs=/sys/fs/bpf
mounted_bpffs=no
left_out=()

has_bpffs() { [ "$(stat -f -c %T "$bpffs" 2>/dev/null)" = bpf_fs ]; }

# Kernel tests pin there. Mounted for the tests alone where the system has not done it.
mount_bpffs() {
  has_bpffs && return 0
  mount -t bpf -o mode=0700 bpf "$bpffs" || die 1 "mounting the BPF file system on $bpffs: failed (above); the kernel tests need it"
  mounted_bpffs=yes
}

# shellcheck disable=SC2317 # called by the trap
unmount_bpffs() {
  [ "$mounted_bpffs" = yes ] || return 0
  # The kernel's own two files are always there.
  if [ -n "$(find "$bpffs" -type f ! -path "$bpffs/maps.debug" ! -path "$bpffs/progs.debug" -print -quit)" ]; then
    say "leaving $bpffs mounted: something is still pinned there"
  else
    umount "$bpffs"
  fi
}

kernel_tests_of() { find "$AEGIS_BASE/$1/src/test" -name '*IT.java' 2>/dev/null | wc -l; }

# Names what only root can run; the arguments are the reason.
leave_out_kernel_tests() {
  local pom module count
  for pom in "$AEGIS_BASE"/*/pom.xml "$AEGIS_BASE"/examples/*/pom.xml; do
    module=${pom#"$AEGIS_BASE"/}
    module=${module%/pom.xml}
    count=$(kernel_tests_of "$module")
    [ "$count" = 0 ] || left_out+=("$*: kernel tests of $module ($count classes)")
  done
}

# A test that skipped itself is in the reports; it is told like everything else that did not run.
find_skipped() {
  local report
  while IFS= read -r report; do
    left_out+=("skipped itself: $report")
  done < <(
    find "$AEGIS_BASE" -path '*/target/*-reports/TEST-*.xml' -newer "$AEGIS_STATE/test-started" \
      -exec grep -l '<skipped' {} + 2>/dev/null |
      sed -E 's|.*/TEST-(.*)\.xml|\1|' | sort
  )
}

test_launcher() {
  local log=$AEGIS_STATE/launcher-test.log line
  "$AEGIS_BASE/scripts/launcher-test.sh" 9>&- | tee "$log" || return 1
  while IFS= read -r line; do
    left_out+=("$line")
  done < <(sed -n 's/^launcher-test: left out, //p' "$log")
}

report() {
  local line
  find_skipped
  if [ ${#left_out[@]} -eq 0 ]; then
    printf 'aegis: nothing was left out\n'
  else
    printf 'aegis: left out\n'
    for line in "${left_out[@]}"; do printf 'aegis:   %s\n' "$line"; done
  fi
}

main() {
  local arguments=(-B verify) status
  require_build_environment clang-format:clang-format shellcheck:shellcheck nft:nftables
  lock_build
  touch "$AEGIS_STATE/test-started"
  if is_root; then
    mount_bpffs
    trap unmount_bpffs EXIT
    arguments+=(-Pkernel)
  else
    leave_out_kernel_tests "not root"
  fi
  test_launcher || die 1 "the launcher's own test failed (above)"
  (cd "$AEGIS_BASE" && ./mvnw "${arguments[@]}" "$@" </dev/null 9>&-)
  status=$?
  report
  exit "$status"
}

main "$@"
