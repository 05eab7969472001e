# shellcheck shell=bash
# Runs the server's command line. Sourced by ../../aegis; uses AEGIS_BASE, AEGIS_STATE, JAVA and server_jar.

# Native access: our bindings, sqlite-jdbc and Netty. Unsafe: protobuf and Netty still use it and Java 25 would warn.
base_jvm_options=(
  --enable-native-access=ALL-UNNAMED
  --sun-misc-unsafe-memory-access=allow
  -XX:+UseSerialGC
  -Dguice_custom_class_loading=CHILD
)

aot_cache=$AEGIS_STATE/aegis.aot

# Options for what the command is: the first compiler tier alone starts commands faster and takes less memory; an agent
# shares its gateway with others and stays small.
jvm_options_for() {
  case $1 in
    controller | standalone | bench | demo) ;;
    agent) printf '%s\n' -XX:TieredStopAtLevel=1 -Xms8m -Xmx96m -Xss512k ;;
    *) printf '%s\n' -XX:TieredStopAtLevel=1 ;;
  esac
}

make_aot_cache() { rm -f "$aot_cache"; }

run_server() {
  local options=() extra=()
  mapfile -t options < <(jvm_options_for "${1:-}")
  read -r -a extra <<<"${AEGIS_JAVA_OPTS:-}"
  export AEGIS_LAUNCHER=$AEGIS_BASE/aegis
  # exec: signals and the exit status are those of the server itself.
  exec "$JAVA" "${base_jvm_options[@]}" "${options[@]}" "${extra[@]}" -jar "$server_jar" "$@"
}
