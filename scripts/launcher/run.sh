# shellcheck shell=bash
# Runs the server's command line. Sourced by ../../aegis; uses AEGIS_BASE, AEGIS_STATE, JAVA, server_jar, server_cache and policy_benchmark.

jvm_options_file=$AEGIS_BASE/aegis-server/src/main/resources/io/aegis/server/lab/jvm.options

# jvm_options_for COMMAND: the options of the Java virtual machine, one on each line; the file tells what they are for.
jvm_options_for() {
  local command option
  while read -r command option; do
    case $command in "$1" | '*') ;; *) continue ;; esac
    case $option in *%cache) [ -r "$server_cache" ] || continue ;; esac
    printf '%s\n' "${option/\%cache/$server_cache}"
  done <"$jvm_options_file"
}

# Java would say no more than that it cannot load a class, or a cache of them.
require_readable() {
  local file
  for file in "$server_jar" "${server_jar%/*}"/lib "${server_jar%/*}"/lib/*.jar; do
    [ -r "$file" ] || [ ! -e "$file" ] && continue
    die 2 "reading $file: not permitted for $(id -un); run as the user who built it, or as root, or let others read $AEGIS_BASE (chmod -R go+rX)"
  done
}

# The server's jar and, behind it, those of AEGIS_PLUGINS: enforcers are found on the class path.
class_path() {
  local plugin path=$server_jar
  local -a plugins
  IFS=: read -r -a plugins <<<"${AEGIS_PLUGINS:-}"
  for plugin in "${plugins[@]}"; do
    [ -n "$plugin" ] && [ -f "$plugin" ] && [ -r "$plugin" ] ||
      die 2 "starting with the plugins of AEGIS_PLUGINS: '$plugin' is no file that can be read; name jars, with ':' between them"
    # Only what was looked at: an empty entry would be the working directory, with whatever others have put there.
    path=$path:$(readlink -f -- "$plugin")
  done
  printf '%s\n' "$path"
}

run_server() {
  local options=() extra=() jars
  require_readable
  jars=$(class_path)
  mapfile -t options < <(jvm_options_for "${1:-}")
  read -r -a extra <<<"${AEGIS_JAVA_OPTS:-}"
  # glibc gives every thread an arena of its own, which for a Java process is only lost memory.
  export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}
  export AEGIS_LAUNCHER=$AEGIS_BASE/aegis
  # exec: signals and the exit status are those of the server itself.
  exec "$JAVA" "${options[@]}" "${extra[@]}" -cp "$jars" "$server_class" "$@"
}

# The benchmark is the XDP enforcer's own: the server names no backend. The server's jar brings it along on its class path.
benchmark=io.aegis.enforcer.xdp.internal.bench.DatapathBenchmark

run_benchmark() {
  local options=() extra=()
  require_readable
  mapfile -t options < <(jvm_options_for bench)
  read -r -a extra <<<"${AEGIS_JAVA_OPTS:-}"
  exec "$JAVA" "${options[@]}" "${extra[@]}" -cp "$server_jar" "$benchmark" "$@"
}

# The policy engine's benchmark starts processes of its own for what it measures, from the same class path.
run_policy_benchmark() {
  local extra=()
  read -r -a extra <<<"${AEGIS_JAVA_OPTS:-}"
  exec "$JAVA" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow "${extra[@]}" \
    -cp "$policy_benchmark/classes:$policy_benchmark/lib/*" io.aegis.policy.benchmark.PolicyBenchmark "$@"
}

# The fuzz is the contract kit's own, for any enforcer on the class path. The kit is no part of the server: it comes from the
# folder where the build left it.
run_fuzz() {
  local options=() extra=()
  require_readable
  mapfile -t options < <(jvm_options_for fuzz)
  read -r -a extra <<<"${AEGIS_JAVA_OPTS:-}"
  exec "$JAVA" "${options[@]}" "${extra[@]}" -cp "$server_jar:$AEGIS_BASE/aegis-enforcer-tck/target/classes" \
    io.aegis.enforcer.tck.Fuzz "$@"
}
