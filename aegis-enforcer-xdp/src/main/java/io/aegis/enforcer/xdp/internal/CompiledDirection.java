package io.aegis.enforcer.xdp.internal;

import io.aegis.api.StaticRule.Direction;
import io.aegis.enforcer.xdp.internal.elf.CollectionSpec;
import io.aegis.enforcer.xdp.internal.sys.Bytes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * The datapath of one direction, compiled.
 *
 * @param way which frames it sees
 * @param spec what the object holds
 * @param mark what tells this object from every other: {@code aegis_object} in programs of it
 */
record CompiledDirection(Direction way, CollectionSpec spec, Bytes mark) {

  /** The variable that holds the mark. */
  static final String MARK = "aegis_object";

  /** The constants of a program: among them its settings, the key of the table and the mark. */
  static final String CONSTANTS = ".rodata";

  /** Reads the object that is packed with this version. */
  static CompiledDirection of(Direction way) {
    return parse(way, way == Direction.INGRESS ? ObjectFile.read() : ObjectFile.readEgress());
  }

  static CompiledDirection parse(Direction way, byte[] object) {
    CollectionSpec spec = CollectionSpec.parse(object);
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(object);
      int size = spec.variable(MARK).size();
      return new CompiledDirection(way, spec, Bytes.of(Arrays.copyOf(digest, size)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  /** The function that is attached. */
  String program() {
    return way == Direction.INGRESS ? "aegis_ingress" : "aegis_egress";
  }

  /** Completes the variables of a program. */
  Map<String, byte[]> marked(Map<String, byte[]> variables) {
    var all = new HashMap<>(variables);
    all.put(MARK, mark.toArray());
    return all;
  }
}
