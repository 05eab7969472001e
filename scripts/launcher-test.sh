#!/usr/bin/env bash
# Tests ./aegis, ./mvnw's search for a JDK and the scripts behind them, on a copy in a temporary folder. The build itself
# is played by a script that makes a one-class jar; package managers by scripts that write down what they were asked;
# JDKs, signals, locks, mounts and users are real. What needs root is named when it is left out.
set -uo pipefail

base=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
jdk=$("$base/scripts/find-jdk") || { printf 'launcher-test: no JDK 25\n' >&2 && exit 2; }
options=aegis-server/src/main/resources/io/aegis/server/lab
passed=0 failed=0
# Every build would take seconds more; the tests of the cache ask for it.
export AEGIS_CACHE=no

# --- assertions -----------------------------------------------------------------------------------------------------

pass() { passed=$((passed + 1)); }

fail() {
  failed=$((failed + 1))
  printf 'launcher-test: %s: %s\n' "$current" "$1"
  [ ! -e "$work/out" ] || sed 's/^/    /' "$work/out"
}

# run COMMAND...: leaves its status in $status and all that it printed in $work/out.
run() {
  "$@" >"$work/out" 2>&1 </dev/null
  status=$?
}

expect_status() { if [ "$status" = "$1" ]; then pass; else fail "exit status $status, expected $1"; fi; }
expect_output() { if grep -qF -- "$1" "$work/out"; then pass; else fail "did not print: $1"; fi; }
expect_no_output() { if grep -qF -- "$1" "$work/out"; then fail "printed: $1"; else pass; fi; }
expect_builds() {
  local builds
  builds=$(wc -l <"$copy/builds")
  if [ "$builds" = "$1" ]; then pass; else fail "$builds builds, expected $1"; fi
}

# --- the stage ------------------------------------------------------------------------------------------------------

make_program() {
  local package=$work/program/io/aegis/server/cli
  mkdir -p "$package"
  cat >"$package/Main.java" <<'EOF'
package io.aegis.server.cli;

public final class Main {
  public static void main(String[] arguments) throws Exception {
    System.out.println("arguments=" + String.join("|", arguments) + " extra=" + System.getProperty("extra"));
    if (arguments.length > 0 && arguments[0].equals("standalone")) {
      System.out.println("ready: here");
      Thread.sleep(60_000);
    }
    if (arguments.length > 0 && arguments[0].equals("wait")) {
      Thread.sleep(60_000);
    }
    if (arguments.length > 0 && arguments[0].equals("plugins")) {
      System.out.println(Main.class.getClassLoader().getResources("plugin").asIterator().next());
    }
    System.exit(arguments.length > 0 && arguments[0].equals("seven") ? 7 : 0);
  }
}
EOF
  (cd "$work/program" && "$jdk/bin/javac" "$package/Main.java" && "$jdk/bin/jar" --create --file server.jar io)
}

# A copy of the launcher around a build that copies the program, or fails when told to.
make_copy() {
  copy=$work/copy
  rm -rf "$copy"
  mkdir -p "$copy/aegis-server/src/main" "$copy/bpf" "$copy/.mvn/wrapper"
  cp -r "$base/aegis" "$base/scripts" "$copy"
  cp "$base/.mvn/wrapper/maven-wrapper.properties" "$copy/.mvn/wrapper"
  mkdir -p "$copy/$options" && cp "$base/$options/jvm.options" "$copy/$options"
  touch "$copy/pom.xml" "$copy/aegis-server/pom.xml" "$copy/aegis-server/src/main/A" "$copy/aegis-server/src/main/B" "$copy/builds"
  cat >"$copy/mvnw" <<EOF
#!/bin/sh
echo "\$*" >>"$copy/builds"
[ ! -e "$copy/slow" ] || sleep 1
[ ! -e "$copy/broken" ] || { echo '[ERROR] A.java:1 is wrong'; exit 1; }
mkdir -p "$copy/aegis-server/target/lib" && cp "$work/program/server.jar" "$copy/aegis-server/target/aegis-server.jar"
EOF
  chmod +x "$copy/mvnw"
  chmod -R a+rX "$work" && chmod a+rwx "$copy" "$copy/aegis-server"
}

# make_path NAME WITHOUT...: a folder with every command of this machine but those.
make_path() {
  path=$work/$1
  mkdir "$path"
  local folder command
  for folder in /usr/sbin /usr/bin; do cp -rsf "$folder/." "$path"; done
  for command in "${@:2}"; do rm -f "$path/$command"; done
}

play_apt() {
  rm -f "$path/apt-get" "$path/apt-cache"
  printf '#!/bin/sh\necho "$*" >>"%s"\n%s\n' "$work/apt.calls" "$1" >"$path/apt-get"
  printf '#!/bin/sh\necho "  Candidate: (none)"\n' >"$path/apt-cache"
  chmod +x "$path/apt-get" "$path/apt-cache"
  : >"$work/apt.calls"
}

# --- the tests ------------------------------------------------------------------------------------------------------

test_scripts_areCleanForShellcheck() {
  command -v shellcheck >/dev/null || { fail "shellcheck is not installed" && return; }
  (cd "$base" && run shellcheck -x aegis mvnw .ci/run bpf/build.sh scripts/find-jdk scripts/*.sh scripts/launcher/test.sh; exit "$status")
  status=$?
  expect_status 0
}

test_help_needsNothing() {
  make_copy
  run env -i PATH=/usr/bin:/bin HOME=/nonexistent "$copy/aegis" help
  expect_status 0
  expect_output "Usage: ./aegis COMMAND"
  expect_builds 0
}

test_help_namesEveryCommandOfTheServer() {
  make_copy
  run "$copy/aegis" help
  local command
  for command in standalone controller agent config explain demo lab; do expect_output "  $command "; done
}

test_plugins_areOnTheClassPath() {
  make_copy
  (cd "$work" && touch plugin && "$jdk/bin/jar" --create --file first.jar --no-manifest copy/pom.xml &&
    "$jdk/bin/jar" --create --file second.jar plugin)
  run env AEGIS_PLUGINS="$work/first.jar:$work/second.jar" "$copy/aegis" plugins
  expect_status 0
  expect_output "second.jar!/plugin"
}

test_plugins_neverMeanTheWorkingDirectory() {
  make_copy
  (cd "$work" && touch plugin && "$jdk/bin/jar" --create --file first.jar --no-manifest copy/pom.xml)
  cd "$work" || return
  run env AEGIS_PLUGINS=first.jar: "$copy/aegis" plugins
  cd "$base" || return
  expect_no_output "/plugin"
  expect_output "arguments=plugins"
}

test_plugin_thatIsNoFile_isRefused() {
  make_copy
  run env AEGIS_PLUGINS="$copy/pom.xml:$work/absent.jar" "$copy/aegis" plugins
  expect_status 2
  expect_output "'$work/absent.jar' is no file that can be read"
  expect_no_output "arguments="
}

test_help_ofACommand_isThatCommandsOwn() {
  make_copy
  run "$copy/aegis" help demo
  expect_output "arguments=demo|--help"
  run "$copy/aegis" help agent status
  expect_output "arguments=agent|status|--help"
  expect_builds 1
  for words in "build --help" "help build" "build -h"; do
    # shellcheck disable=SC2086 # words
    run "$copy/aegis" $words
    expect_status 0
    expect_output "Usage: ./aegis build"
  done
  run "$copy/aegis" help test
  expect_output "Usage: ./aegis test"
  run "$copy/aegis" build everything
  expect_status 2
  expect_output "unexpected argument 'everything'"
  expect_builds 1
}

test_jarOfAnotherUser_saysWhoMayNotReadIt() {
  make_copy
  run "$copy/aegis" x
  chmod a+rwX "$copy/.aegis" "$copy/.aegis"/*
  local jar=$copy/aegis-server/target/aegis-server.jar
  chmod 600 "$jar"
  run setpriv --reuid=65534 --regid=65534 --clear-groups env PATH="$PATH" HOME=/nonexistent JAVA_HOME="$jdk" "$copy/aegis" demo
  expect_status 2
  expect_output "reading $jar: not permitted for nobody"
  chmod 644 "$jar"
  mkdir -p "$copy/aegis-server/target/lib"
  install -m 600 /dev/null "$copy/aegis-server/target/lib/a.jar"
  touch "$copy/aegis-server/target/aegis-server.aot" && chmod 600 "$copy/aegis-server/target/aegis-server.aot"
  run setpriv --reuid=65534 --regid=65534 --clear-groups env PATH="$PATH" HOME=/nonexistent JAVA_HOME="$jdk" "$copy/aegis" demo
  expect_output "reading $copy/aegis-server/target/lib/a.jar: not permitted for nobody"
  rm "$copy/aegis-server/target/lib/a.jar"
  run setpriv --reuid=65534 --regid=65534 --clear-groups env PATH="$PATH" HOME=/nonexistent JAVA_HOME="$jdk" "$copy/aegis" demo
  expect_status 0
  if [ "$(wc -l <"$work/out")" = 1 ]; then pass; else fail "it said more than it was asked"; fi
}

test_findJdk_olderJavaHomeAndPath_findsTheNewOne() {
  local old=$work/old/bin
  mkdir -p "$old"
  printf '#!/bin/sh\necho %s >&2\n' "'openjdk version \"17.0.15\" 2025-04-15'" | tee "$old/java" >"$old/javac"
  chmod +x "$old"/*
  run env PATH="$old:$PATH" JAVA_HOME="$work/old" "$base/scripts/find-jdk"
  expect_status 0
  if "$(cat "$work/out")/bin/java" -version 2>&1 | grep -q 'version "25'; then pass; else fail "not a JDK 25"; fi
}

test_start_passesArgumentsOptionsAndStatus() {
  make_copy
  run env AEGIS_JAVA_OPTS="-Dextra=yes -Xmx64m" "$copy/aegis" seven "two words" --help
  expect_status 7
  expect_output "arguments=seven|two words|--help extra=yes"
  expect_output "aegis: building (log: .aegis/build.log) ... done in"
}

# Prints what the launcher passes to java for a command.
options_of() { bash -c '. "$1/scripts/launcher/build.sh" && . "$1/scripts/launcher/run.sh" && jvm_options_for "$2"' - "$@"; }

test_options_areThoseOfTheCommand() {
  make_copy
  export AEGIS_BASE=$copy
  run options_of "$copy" agent
  expect_output "--enable-native-access=ALL-UNNAMED"
  expect_output "-Xmx96m"
  expect_no_output "%cache"
  run options_of "$copy" controller
  expect_output "-XX:TieredStopAtLevel=1"
  expect_no_output "-Xmx96m"
  expect_no_output "%cache"
  mkdir -p "$copy/aegis-server/target" && touch "$copy/aegis-server/target/aegis-server.aot"
  run options_of "$copy" controller
  expect_output "-XX:AOTCache=$copy/aegis-server/target/aegis-server.aot"
  export -n AEGIS_BASE
}

test_build_makesTheCacheAndRunsWithIt() {
  make_copy
  run env AEGIS_CACHE=yes "$copy/aegis" x
  expect_status 0
  if [ -s "$copy/aegis-server/target/aegis-server.aot" ]; then pass; else fail "no cache: $(cat "$copy/.aegis/cache.log")"; fi
  if [ -e "$copy/.aegis/training" ]; then fail "the training left its data behind"; else pass; fi
  run env AEGIS_JAVA_OPTS=-Xlog:class+load:file="$work/loaded" "$copy/aegis" demo
  expect_status 0
  expect_output "arguments=demo"
  if grep -q 'Main source: shared objects file' "$work/loaded"; then pass; else fail "the cache is not used"; fi
}

test_cache_damaged_breaksNoStartAndSaysNothing() {
  make_copy
  local cache=$copy/aegis-server/target/aegis-server.aot
  run env AEGIS_CACHE=yes "$copy/aegis" x
  # A hole in the middle, a part, rubbish, nothing.
  dd if=/dev/zero of="$cache" bs=1M seek=4 count=1 conv=notrunc status=none
  expect_a_plain_start
  truncate -s 1M "$cache"
  expect_a_plain_start
  head -c 100000 /dev/urandom >"$cache"
  expect_a_plain_start
  : >"$cache"
  expect_a_plain_start
}

expect_a_plain_start() {
  run "$copy/aegis" demo
  expect_status 0
  if [ "$(wc -l <"$work/out")" = 1 ]; then pass; else fail "it said more than it was asked"; fi
}

test_cache_thatCannotBeMade_failsNoBuild() {
  make_copy
  run env AEGIS_CACHE=yes AEGIS_JAVA_OPTS= "$copy/aegis" x
  rm -r "$copy/aegis-server/target"
  # A server that cannot start, and so cannot be trained either.
  sed -i 's/^\* -XX:+UseSerialGC/standalone -XX:+NoSuchOption/' "$copy/$options/jvm.options"
  run env AEGIS_CACHE=yes "$copy/aegis" x
  expect_status 0
  if [ -e "$copy/aegis-server/target/aegis-server.aot" ]; then fail "a cache of nothing"; else pass; fi
}

test_bench_namesAProgramThatExists() {
  local program
  program=$(sed -n 's/^benchmark=//p' "$base/scripts/launcher/run.sh")
  if [ -e "$base/aegis-enforcer-xdp/src/main/java/${program//.//}.java" ]; then pass; else fail "no source of $program"; fi
}

test_benchPolicy_namesAProgramThatExists() {
  local program
  program=$(grep -o 'io\.aegis\.policy\.benchmark\.[A-Za-z]*' "$base/scripts/launcher/run.sh")
  if [ -e "$base/aegis-policy-benchmark/src/main/java/${program//.//}.java" ]; then pass; else fail "no source of $program"; fi
}

test_start_buildsOnlyWhenSourcesChanged() {
  make_copy
  run "$copy/aegis" x && run "$copy/aegis" x
  expect_builds 1
  expect_no_output "building"
  touch "$copy/aegis-server/src/main/A" "$copy/aegis-server/src/main/A.b"
  run "$copy/aegis" x
  expect_builds 2
  expect_no_output "sorted"
  if tail -n 1 "$copy/builds" | grep -q 'clean'; then fail "cleaned though nothing vanished"; else pass; fi
  rm "$copy/aegis-server/src/main/B"
  run "$copy/aegis" x
  expect_builds 3
  if tail -n 1 "$copy/builds" | grep -q 'clean package'; then pass; else fail "a vanished source was not cleaned away"; fi
  rm -r "$copy/aegis-server/target"
  run "$copy/aegis" x
  expect_builds 4
}

test_start_buildFails_saysWhereAndTriesAgain() {
  make_copy
  touch "$copy/broken"
  run "$copy/aegis" x
  expect_status 1
  expect_output "[ERROR] A.java:1 is wrong"
  expect_output "$copy/.aegis/build.log"
  rm "$copy/broken"
  run "$copy/aegis" x
  expect_status 0
}

test_start_twoAtOnce_buildOnce() {
  make_copy
  touch "$copy/slow"
  "$copy/aegis" x >/dev/null 2>&1 </dev/null &
  run "$copy/aegis" x
  expect_status 0
  wait $!
  expect_builds 1
}

test_start_signal_reachesTheServer() {
  make_copy
  run "$copy/aegis" x
  "$copy/aegis" wait >"$work/waiting" 2>&1 </dev/null &
  local pid=$!
  for _ in $(seq 100); do
    grep -q arguments=wait "$work/waiting" && break
    sleep 0.1
  done
  if [ "$(readlink "/proc/$pid/exe")" = "$(readlink -f "$jdk/bin/java")" ]; then pass; else fail "the launcher is still in between"; fi
  kill -TERM "$pid"
  wait "$pid"
  status=$?
  expect_status 143
}

test_missingTools_withoutApt_namesThem() {
  make_copy
  make_path no-apt apt-get apt-cache clang bpftool
  run env PATH="$path" JAVA_HOME="$jdk" "$copy/aegis" build
  expect_status 2
  expect_output "In Debian's names: clang"
  expect_builds 0
}

test_missingTools_asRoot_installsThem() {
  make_copy
  make_path apt clang
  play_apt "case \"\$*\" in *install*) ln -s /usr/bin/true '$path/clang' ;; esac"
  run env PATH="$path" JAVA_HOME="$jdk" "$copy/aegis" build
  expect_status 0
  expect_output "aegis: installing for building: clang"
  expect_builds 1
  if grep -q -- 'install -y -qq --no-install-recommends clang$' "$work/apt.calls"; then pass; else fail "apt-get was not asked for clang"; fi
}

test_missingTools_aptFails_stops() {
  make_copy
  make_path apt-fails clang
  play_apt 'echo "E: Unable to locate package clang"; exit 100'
  run env PATH="$path" JAVA_HOME="$jdk" "$copy/aegis" build
  expect_status 2
  expect_output "E: Unable to locate package clang"
  expect_builds 0
}

test_missingTools_notRoot_printsTheCommand() {
  make_copy
  make_path not-root clang
  run setpriv --reuid=65534 --regid=65534 --clear-groups env PATH="$path" HOME=/nonexistent JAVA_HOME="$jdk" "$copy/aegis" build
  expect_status 2
  expect_output "apt-get install clang"
  expect_builds 0
}

test_stateFolder_notWritable_saysWho() {
  make_copy
  mkdir "$copy/.aegis"
  run setpriv --reuid=65534 --regid=65534 --clear-groups env PATH="$PATH" HOME=/nonexistent MVNW_REPOURL=x JAVA_HOME="$jdk" "$copy/aegis" x
  expect_status 2
  expect_output "writing to $copy/.aegis: not permitted for nobody"
}

# Hides every JDK 25 of this machine in a mount namespace of its own and runs the rest there.
without_jdk() {
  # shellcheck disable=SC2016 # for the inner shell
  unshare -m sh -c 'while home=$("$0"); do mount -t tmpfs none "$home" || exit 99; done; exec "$@"' "$base/scripts/find-jdk" "$@"
}

test_noJdk_withoutApt_saysWhereToGetIt() {
  make_copy
  make_path no-jdk apt-get apt-cache
  run without_jdk env -u JAVA_HOME PATH="$path" "$copy/aegis" demo
  expect_status 2
  expect_output "no JDK 25 found"
  expect_output "openjdk-25-jdk-headless"
  expect_output "adoptium.net"
}

test_noJdk_asRoot_triesThePackage() {
  make_copy
  make_path jdk-apt
  play_apt 'case "$*" in *install*) exit 100 ;; esac'
  printf '#!/bin/sh\necho "  Candidate: 25.0.3"\n' >"$path/apt-cache"
  run without_jdk env -u JAVA_HOME PATH="$path" "$copy/aegis" demo
  expect_status 2
  if grep -q 'install .*openjdk-25-jdk-headless' "$work/apt.calls"; then pass; else fail "apt-get was not asked for the JDK"; fi
}

# A copy of the wrapper that has fetched nothing yet.
make_wrapper() {
  make_copy
  cp "$base/mvnw" "$copy/mvnw"
  wrapper=(env MAVEN_USER_HOME="$copy/m2" JAVA_HOME="$jdk")
}

test_mvnw_withoutMaven_saysWhatToInstall() {
  make_wrapper
  make_path no-mvn mvn
  run "${wrapper[@]}" PATH="$path" "$copy/mvnw" -version
  expect_status 2
  expect_output "install the package maven, or set MVNW_REPOURL"
}

test_mvnw_forgedArchive_isNotUsed() {
  make_wrapper
  make_path forged curl
  # shellcheck disable=SC2016 # for the script
  printf '#!/bin/sh\necho forged >"$3"\n' >"$path/curl"
  chmod +x "$path/curl"
  run "${wrapper[@]}" PATH="$path" MVNW_REPOURL=x "$copy/mvnw" -version
  expect_status 2
  expect_output "its SHA-512 is not the pinned one"
  if [ -z "$(find "$copy/m2" -name mvn)" ]; then pass; else fail "something was installed"; fi
}

# --- all of it ------------------------------------------------------------------------------------------------------

needs_root() { grep -qE "setpriv|without_jdk|play_apt" <<<"$(declare -f "$1")"; }

main() {
  local skipped=0
  make_program
  for current in $(declare -F | sed -n 's/^declare -f \(test_.*\)/\1/p'); do
    if [ "$(id -u)" != 0 ] && needs_root "$current"; then
      printf 'launcher-test: left out, not root: %s\n' "$current"
      skipped=$((skipped + 1))
    else
      "$current"
    fi
  done
  printf 'launcher-test: %d checks passed, %d failed, %d tests left out\n' "$passed" "$failed" "$skipped"
  [ "$failed" = 0 ]
}

main
