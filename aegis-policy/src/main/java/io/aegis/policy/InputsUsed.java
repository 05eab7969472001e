package io.aegis.policy;

import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The inputs that a decision used, worked out when somebody looks. Most decisions are made, obeyed
 * and dropped without a look; building their sets would cost more than deciding.
 */
final class InputsUsed extends AbstractSet<Input> {

  private static final Input SESSION = new Input.Session();
  private static final Input WHOLE_POLICY = new Input.WholePolicy();

  private final AccessRequest request;
  private final Stage stage;
  private final @Nullable CompiledService service;

  /** Worked out at the first look, perhaps by two threads at once, and then the same twice. */
  private @Nullable Set<Input> known;

  InputsUsed(AccessRequest request, Stage stage, @Nullable CompiledService service) {
    this.request = request;
    this.stage = stage;
    this.service = service;
  }

  /** Returns an immutable set of these inputs: the same one if it is of this class. */
  static Set<Input> copyOf(Set<Input> inputs) {
    return inputs instanceof InputsUsed same ? same : Set.copyOf(inputs);
  }

  @Override
  public Iterator<Input> iterator() {
    return known().iterator();
  }

  @Override
  public int size() {
    return known().size();
  }

  @Override
  public boolean contains(Object input) {
    return known().contains(input);
  }

  /** Without working them out: no stage is without inputs. */
  @Override
  public boolean isEmpty() {
    return false;
  }

  private Set<Input> known() {
    Set<Input> inputs = known;
    if (inputs == null) {
      inputs = inputs().collect(Collectors.toUnmodifiableSet());
      known = inputs;
    }
    return inputs;
  }

  private Stream<Input> inputs() {
    Input user = new Input.User(request.principal().id());
    Input oneService = new Input.OneService(request.serviceId());
    Input source = new Input.FromSource(request.source().address());
    return switch (stage) {
      case PRINCIPAL -> Stream.of(user, SESSION);
      case SERVICE -> Stream.of(oneService, WHOLE_POLICY);
      case RULES ->
          restsOnSource()
              ? Stream.concat(Stream.of(user, source, oneService, WHOLE_POLICY), ofRules())
              : Stream.concat(Stream.of(user, oneService, WHOLE_POLICY), ofRules());
      case SOURCE -> Stream.of(source, oneService, WHOLE_POLICY);
      case PERMITTED ->
          Stream.concat(Stream.of(user, SESSION, source, oneService, WHOLE_POLICY), ofRules());
    };
  }

  /** Whether a denial by rules is also the source's: it is closed to it, or conditions saw it. */
  private boolean restsOnSource() {
    return service != null && (!service.isOpenTo(request) || service.asksConditions(request));
  }

  private Stream<Input> ofRules() {
    Principal principal = request.principal();
    Stream<Input> rolesAndGroups =
        Stream.concat(
            principal.roles().stream().map(Input.Role::new),
            principal.groups().stream().map(Input.Group::new));
    return service == null
        ? rolesAndGroups
        : Stream.concat(
            rolesAndGroups, Weighed.of(service.match(principal), request).inputs().stream());
  }
}
