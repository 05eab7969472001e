package io.aegis.policy;

import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The inputs that a decision used, worked out when somebody looks. Most decisions are made, obeyed
 * and dropped without a look; building their sets would cost more than deciding.
 */
final class InputsUsed extends AbstractSet<Input> {

  /**
   * How far a request came. A denial stands as long as its own obstacle does, whatever becomes of
   * the inputs that were looked at before.
   */
  enum Stage {
    /** Denied for the account or the session. */
    PRINCIPAL,
    /** Denied because there is no such service. */
    SERVICE,
    /** Denied by the rules. */
    RULES,
    /** Denied for the source. */
    SOURCE,
    /** Permitted. */
    PERMITTED
  }

  private static final Input SESSION = new Input.Session();
  private static final Input WHOLE_POLICY = new Input.WholePolicy();

  private final AccessRequest request;
  private final Stage stage;
  private final Set<Input> ofConditions;

  InputsUsed(AccessRequest request, Stage stage, Set<Input> ofConditions) {
    this.request = request;
    this.stage = stage;
    this.ofConditions = ofConditions;
  }

  /** Returns an immutable set of these inputs: the same one if it is of this class. */
  static Set<Input> copyOf(Set<Input> inputs) {
    return inputs instanceof InputsUsed same ? same : Set.copyOf(inputs);
  }

  @Override
  public Iterator<Input> iterator() {
    return inputs().distinct().iterator();
  }

  @Override
  public int size() {
    return (int) inputs().distinct().count();
  }

  /** Without working them out: no stage is without inputs. */
  @Override
  public boolean isEmpty() {
    return false;
  }

  private Stream<Input> inputs() {
    Input user = new Input.User(request.principal().id());
    Input service = new Input.OneService(request.serviceId());
    Input source = new Input.FromSource(request.source().address());
    return switch (stage) {
      case PRINCIPAL -> Stream.of(user, SESSION);
      case SERVICE -> Stream.of(service, WHOLE_POLICY);
      case RULES -> Stream.concat(Stream.of(user, service, WHOLE_POLICY), ofRules());
      case SOURCE -> Stream.of(source, service, WHOLE_POLICY);
      case PERMITTED ->
          Stream.concat(Stream.of(user, SESSION, source, service, WHOLE_POLICY), ofRules());
    };
  }

  private Stream<Input> ofRules() {
    Principal principal = request.principal();
    Stream<Input> rolesAndGroups =
        Stream.concat(
            principal.roles().stream().map(Input.Role::new),
            principal.groups().stream().map(Input.Group::new));
    return Stream.concat(rolesAndGroups, ofConditions.stream());
  }
}
