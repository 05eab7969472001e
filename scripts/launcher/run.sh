# shellcheck shell=bash
# Runs the server's command line. Sourced by ../../aegis; uses AEGIS_BASE, AEGIS_STATE, JAVA and server_jar.

# Native access: our bindings, sqlite-jdbc and Netty. Unsafe: protobuf and Netty still use it and Java 25 would warn.
base_jvm_options=(
  --enable-native-access=ALL-UNNAMED
  --sun-misc-unsafe-memory-access=allow
  -XX:+UseSerialGC
  -Dguice_custom_class_loading=CHILD
)

# Options for what the command is. The first compiler tier alone starts commands faster and takes less memory. An agent
# shares its gateway with others and stays small: Netty's chunks of 64 KiB instead of 4 MiB and a heap that shrinks again.
# No AOT cache: it takes 40 % off a controller's start, but adds 30 MiB to an agent, slows short commands and every build.
jvm_options_for() {
  case $1 in
    controller | standalone | demo) ;;
    agent)
      printf '%s\n' -XX:TieredStopAtLevel=1 -Xms8m -Xmx96m -Xss512k -XX:MinHeapFreeRatio=10 -XX:MaxHeapFreeRatio=20 \
        -Dio.grpc.netty.shaded.io.netty.allocator.maxOrder=3
      ;;
    *) printf '%s\n' -XX:TieredStopAtLevel=1 ;;
  esac
}

run_server() {
  local options=() extra=()
  mapfile -t options < <(jvm_options_for "${1:-}")
  read -r -a extra <<<"${AEGIS_JAVA_OPTS:-}"
  # glibc gives every thread an arena of its own, which for a Java process is only lost memory.
  export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX:-2}
  export AEGIS_LAUNCHER=$AEGIS_BASE/aegis
  # exec: signals and the exit status are those of the server itself.
  exec "$JAVA" "${base_jvm_options[@]}" "${options[@]}" "${extra[@]}" -jar "$server_jar" "$@"
}

# The benchmark is the XDP enforcer's own: the server names no backend. The server's jar brings it along on its class path.
benchmark=io.aegis.enforcer.xdp.internal.bench.DatapathBenchmark

run_benchmark() {
  local extra=()
  read -r -a extra <<<"${AEGIS_JAVA_OPTS:-}"
  exec "$JAVA" "${base_jvm_options[@]}" "${extra[@]}" -cp "$server_jar" "$benchmark" "$@"
}
