package io.aegis.policy.cel;

import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import io.aegis.policy.AccessRequest;
import io.aegis.policy.Input;
import io.aegis.policy.Link;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a condition may look at, besides the facts of the device. A variable is written with a
 * period, as {@code source.address}.
 */
enum Variable {
  PRINCIPAL_ID(Root.PRINCIPAL, "id", Types.TEXT),
  PRINCIPAL_NAME(Root.PRINCIPAL, "name", Types.TEXT),
  PRINCIPAL_ROLES(Root.PRINCIPAL, "roles", Types.TEXTS),
  PRINCIPAL_GROUPS(Root.PRINCIPAL, "groups", Types.TEXTS),
  PRINCIPAL_CLAIMS(Root.PRINCIPAL, "claims", Types.CLAIMS),
  AUTH_METHODS(Root.AUTH, "methods", Types.TEXTS),
  SOURCE_ADDRESS(Root.SOURCE, "address", Types.TEXT),
  SOURCE_ASSURANCE(Root.SOURCE, "assurance", Types.TEXT),
  SOURCE_REGION(Root.SOURCE, "region", Types.TEXT),
  SOURCE_INTERFACE(Root.SOURCE, "interface", Types.TEXT),
  SOURCE_VLAN(Root.SOURCE, "vlan", SimpleType.INT),
  SOURCE_MAC(Root.SOURCE, "mac", Types.TEXT),
  SERVICE_ID(Root.SERVICE, "id", Types.TEXT);

  /** The types of variables, which are there before their enumeration is. */
  private static final class Types {
    static final CelType TEXT = SimpleType.STRING;
    static final CelType TEXTS = ListType.create(SimpleType.STRING);
    static final CelType CLAIMS = MapType.create(SimpleType.STRING, SimpleType.STRING);
  }

  private final Root root;
  private final String field;
  private final CelType type;

  Variable(Root root, String field, CelType type) {
    this.root = root;
    this.field = field;
    this.type = type;
  }

  static Optional<Variable> find(Root root, String field) {
    return Arrays.stream(values())
        .filter(variable -> variable.root == root && variable.field.equals(field))
        .findFirst();
  }

  static List<Variable> of(Root root) {
    return Arrays.stream(values()).filter(variable -> variable.root == root).toList();
  }

  String field() {
    return field;
  }

  CelType type() {
    return type;
  }

  /** Returns the value: text, number, collection or map of texts; null if it is absent. */
  @Nullable Object read(AccessRequest request) {
    return switch (this) {
      case PRINCIPAL_ID -> request.principal().id();
      case PRINCIPAL_NAME -> request.principal().name();
      case PRINCIPAL_ROLES -> request.principal().roles();
      case PRINCIPAL_GROUPS -> request.principal().groups();
      case PRINCIPAL_CLAIMS -> request.principal().claims();
      case AUTH_METHODS -> request.principal().authentication().methods();
      case SOURCE_ADDRESS -> request.source().address().toString();
      case SOURCE_ASSURANCE -> request.source().assurance().toString();
      case SOURCE_REGION -> request.source().region();
      case SOURCE_INTERFACE, SOURCE_VLAN, SOURCE_MAC -> ofLink(request.source().link());
      case SERVICE_ID -> request.serviceId();
    };
  }

  private @Nullable Object ofLink(@Nullable Link link) {
    if (link == null) {
      return null;
    }
    Integer vlan = link.vlan();
    return switch (this) {
      case SOURCE_INTERFACE -> link.interfaceName();
      case SOURCE_VLAN -> vlan == null ? null : Long.valueOf(vlan);
      default -> link.mac();
    };
  }

  /**
   * What a server re-evaluates by. The principal and the address are inputs of every decision that
   * gets as far as a condition; naming them takes a request, and conditions name what is the same
   * for every one.
   */
  Optional<Input> input() {
    return switch (root) {
      case AUTH -> Optional.of(new Input.Authenticated());
      case SOURCE ->
          this == SOURCE_ADDRESS ? Optional.empty() : Optional.of(new Input.SourceDetails());
      case PRINCIPAL, DEVICE, SERVICE -> Optional.empty();
    };
  }

  @Override
  public String toString() {
    return root.variable() + "." + field;
  }
}
