# shellcheck shell=bash
# Builds the server when its sources changed. Sourced by ../../aegis; uses AEGIS_BASE and AEGIS_STATE.

server_jar=$AEGIS_BASE/aegis-server/target/aegis-server.jar
server_class=io.aegis.server.cli.Main
# Classes loaded and linked beforehand, so that a controller starts faster. Beside the jar, where the server looks too.
server_cache=${server_jar%.jar}.aot

policy_benchmark=$AEGIS_BASE/aegis-policy-benchmark/target

# Everything that the server is made of, as "path mtime size"; a changed, new or vanished file changes the text.
list_sources() {
  (
    cd "$AEGIS_BASE" || exit
    find pom.xml mvnw .mvn aegis-*/pom.xml aegis-*/src/main bpf scripts/find-jdk \
      -path bpf/target -prune -o -type f -printf '%p %T@ %s\n' | LC_ALL=C sort
    printf 'jdk %s\n' "$JAVA_HOME"
  )
}

is_built() {
  [ -e "$server_jar" ] && [ -d "$AEGIS_BASE/aegis-server/target/lib" ] &&
    [ -e "$AEGIS_STATE/sources" ] && [ "$1" = "$(cat "$AEGIS_STATE/sources")" ]
}

paths_of() { cut -d' ' -f1 | LC_ALL=C sort; }

# Maven leaves the output of a vanished source or resource behind, so those builds start from nothing.
something_vanished() {
  [ -e "$AEGIS_STATE/sources" ] || return 0
  [ -n "$(LC_ALL=C comm -23 <(paths_of <"$AEGIS_STATE/sources") <(printf '%s\n' "$1" | paths_of))" ]
}

run_maven() {
  local goals=(package)
  something_vanished "$1" && goals=(clean package)
  rm -f "$AEGIS_STATE/sources"
  # Only what it takes to run: tests and checks are for `./aegis test`.
  (cd "$AEGIS_BASE" && ./mvnw -B -Daegis.fast -Dmaven.test.skip=true -pl aegis-server -am "${goals[@]}") \
    </dev/null >"$AEGIS_STATE/build.log" 2>&1
}

# Starts a server, waits until it is ready and stops it; the virtual machine writes down what that took.
train() {
  local folder=$AEGIS_STATE/training options=() server output line
  rm -rf "$folder"
  mapfile -t options < <(jvm_options_for standalone)
  # No coproc: bash takes its variables away when it ends, which may be before they are read.
  exec {output}< <(
    exec "$JAVA" "${options[@]}" -XX:AOTCacheOutput="$folder.aot" -cp "$server_jar" "$server_class" standalone \
      --data "$folder" --enforcer memory --interface sim0 --listen 127.0.0.1:0 2>&1 9>&-
  )
  server=$!
  while IFS= read -r -t 60 -u "$output" line; do
    printf '%s\n' "$line"
    case $line in ready:*) kill -TERM "$server" ;; esac
  done
  exec {output}<&-
  kill -KILL "$server" 2>/dev/null # only if it is silent for so long
  wait "$server"
  rm -rf "$folder"
}

# Nothing depends on the cache: without one a start is slower, and the log says why there is none.
make_cache() {
  rm -f "$server_cache" "$AEGIS_STATE"/training.aot*
  [ "${AEGIS_CACHE:-yes}" = yes ] || return 0
  train >"$AEGIS_STATE/cache.log" 2>&1
  # In one step: a server that starts meanwhile sees all of it or none.
  [ ! -e "$AEGIS_STATE/training.aot" ] || mv "$AEGIS_STATE/training.aot" "$server_cache"
}

build() {
  local sources=$1 started=$SECONDS
  printf 'aegis: building (log: .aegis/build.log) ... ' >&2
  run_maven "$sources" || {
    printf 'failed\n' >&2
    grep -E '^\[ERROR\]|mvnw:' "$AEGIS_STATE/build.log" | head -n 30 >&2 || tail -n 30 "$AEGIS_STATE/build.log" >&2
    die 1 "the build failed; the whole log is $AEGIS_STATE/build.log"
  }
  make_cache || true
  printf '%s\n' "$sources" >"$AEGIS_STATE/sources"
  printf 'done in %d s\n' "$((SECONDS - started))" >&2
}

# Holds the build folders of this checkout until descriptor 9 is closed; a child that shall not hold them gets 9>&-.
lock_build() {
  make_state_folder
  exec 9>"$AEGIS_STATE/build.lock"
  if ! flock -n 9; then
    say "waiting for another build of this folder to end"
    flock 9
  fi
}

build_if_needed() {
  local sources
  sources=$(list_sources)
  is_built "$sources" && return 0
  require_build_environment
  lock_build
  # Taken before the build: what changes while it runs is built next time.
  sources=$(list_sources)
  is_built "$sources" || build "$sources" 9>&-
  exec 9>&-
}

# The benchmark of the policy engine has engines of others beside it; what nobody needs otherwise is built when it is asked for.
build_policy_benchmark_if_needed() {
  local sources log=$AEGIS_STATE/policy-benchmark.log
  require_build_environment
  lock_build
  sources=$(list_sources)
  if [ ! -d "$policy_benchmark/lib" ] || [ "$sources" != "$(cat "$AEGIS_STATE/policy-benchmark" 2>/dev/null)" ]; then
    printf 'aegis: building the benchmark (log: .aegis/policy-benchmark.log) ... ' >&2
    (cd "$AEGIS_BASE" && ./mvnw -B -Daegis.fast -Dmaven.test.skip=true -pl aegis-policy-benchmark -am package) \
      </dev/null >"$log" 2>&1 9>&- || {
      printf 'failed\n' >&2
      grep -E '^\[ERROR\]|mvnw:' "$log" | head -n 30 >&2 || tail -n 30 "$log" >&2
      die 1 "the build failed; the whole log is $log"
    }
    printf '%s\n' "$sources" >"$AEGIS_STATE/policy-benchmark"
    printf 'done\n' >&2
  fi
  exec 9>&-
}
