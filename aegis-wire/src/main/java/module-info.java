/** The contract between controller and agent: generated messages and stubs, and one codec. */
@org.jspecify.annotations.NullMarked
module io.aegis.wire {
  requires transitive com.google.protobuf;
  requires transitive io.aegis.api;
  requires transitive io.grpc;
  requires transitive io.grpc.stub;
  requires io.grpc.protobuf;
  requires com.google.common;
  requires static org.jspecify;

  exports io.aegis.wire;
  exports io.aegis.wire.v1;
}
