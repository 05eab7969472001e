package io.aegis.policy.cel;

import com.google.common.collect.ImmutableCollection;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelBuilder;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelFunctionDecl;
import dev.cel.common.CelOptions;
import dev.cel.common.CelOverloadDecl;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.types.StructType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelFunctionBinding;
import io.aegis.api.IpAddress;
import io.aegis.api.Prefix;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What CEL is told: the variables, the helpers and the bounds. */
final class Vocabulary {

  /** The longest condition, in characters. */
  static final int LONGEST_CONDITION = 4_096;

  /** How deep parentheses and calls may go. */
  static final int DEEPEST = 40;

  static final String WITHIN_HOURS = "within_hours";
  static final String FRESH = "fresh";
  static final String AUTHENTICATED_WITHIN = "authenticated_within";
  static final String IN_NETWORK = "in_network";

  /** The helpers that time changes: they have no binding, since the interpreter sees no time. */
  static final List<String> TIME_HELPERS = List.of(WITHIN_HOURS, FRESH, AUTHENTICATED_WITHIN);

  private static final Map<Root, StructType> STRUCTS = structs();
  private static final Cel CEL = build();

  private Vocabulary() {}

  static Cel cel() {
    return CEL;
  }

  private static Map<Root, StructType> structs() {
    var structs = new EnumMap<Root, StructType>(Root.class);
    for (Root root : Root.values()) {
      if (root != Root.DEVICE) {
        structs.put(root, structOf(root));
      }
    }
    return structs;
  }

  private static StructType structOf(Root root) {
    ImmutableSet<String> fields =
        Variable.of(root).stream().map(Variable::field).collect(ImmutableSet.toImmutableSet());
    return StructType.create(
        "aegis." + root.variable(),
        fields,
        field -> Variable.find(root, field).map(Variable::type));
  }

  private static Cel build() {
    CelBuilder builder =
        CelFactory.plannerCelBuilder()
            .setOptions(
                CelOptions.current()
                    .maxExpressionCodePointSize(LONGEST_CONDITION)
                    .maxParseRecursionDepth(DEEPEST)
                    .comprehensionMaxIterations(RequestValues.MOST_TURNS)
                    .enableHeterogeneousNumericComparisons(true)
                    .build())
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .setTypeProvider(new Types())
            .setResultType(SimpleType.BOOL);
    for (Root root : Root.values()) {
      CelType type = STRUCTS.get(root);
      builder.addVar(
          root.variable(), type == null ? MapType.create(SimpleType.STRING, SimpleType.DYN) : type);
    }
    return addHelpers(builder).build();
  }

  private static CelBuilder addHelpers(CelBuilder builder) {
    CelType text = SimpleType.STRING;
    for (VersionOrder order : VersionOrder.values()) {
      declare(builder, order.function(), text, text)
          .addFunctionBindings(
              CelFunctionBinding.fromOverloads(
                  order.function(),
                  CelFunctionBinding.from(
                      order.function() + "_text",
                      String.class,
                      String.class,
                      (a, b) -> compare(order, a, b))));
    }
    declare(builder, IN_NETWORK, text, text)
        .addFunctionBindings(
            CelFunctionBinding.fromOverloads(
                IN_NETWORK,
                CelFunctionBinding.from(
                    IN_NETWORK + "_text", String.class, String.class, Vocabulary::isInNetwork)));
    declare(builder, WITHIN_HOURS, text, text);
    declare(builder, FRESH, SimpleType.DYN, text);
    return declare(builder, AUTHENTICATED_WITHIN, text);
  }

  private static CelBuilder declare(CelBuilder builder, String function, CelType... parameters) {
    return builder.addFunctionDeclarations(
        CelFunctionDecl.newFunctionDeclaration(
            function,
            CelOverloadDecl.newGlobalOverload(
                function + "_text", SimpleType.BOOL, Arrays.asList(parameters))));
  }

  private static boolean compare(VersionOrder order, String a, String b) {
    Truth truth = order.test(version(a), version(b));
    if (truth == Truth.UNKNOWN) {
      throw new UnfitValue(
          "one of '" + a + "' and '" + b + "' has a suffix, so that " + Term.UNORDERED);
    }
    return truth == Truth.TRUE;
  }

  private static Version version(String text) {
    try {
      return Version.parse(text);
    } catch (IllegalArgumentException e) {
      throw new UnfitValue("'" + text + "' " + e.getMessage());
    }
  }

  private static boolean isInNetwork(String address, String network) {
    try {
      return Prefix.parse(network).contains(IpAddress.parse(address));
    } catch (IllegalArgumentException e) {
      throw new UnfitValue(e.getMessage() == null ? "not an address or network" : e.getMessage());
    }
  }

  /** Returns every helper of ours. */
  static List<String> helpers() {
    return java.util.stream.Stream.of(
            Arrays.stream(VersionOrder.values()).map(VersionOrder::function),
            java.util.stream.Stream.of(IN_NETWORK),
            TIME_HELPERS.stream())
        .flatMap(names -> names)
        .collect(Collectors.toList());
  }

  /** The structs, for the type checker. */
  private static final class Types implements CelTypeProvider {

    @Override
    public ImmutableCollection<CelType> types() {
      return ImmutableList.copyOf(STRUCTS.values());
    }

    @Override
    public Optional<CelType> findType(String name) {
      return types().stream().filter(type -> type.name().equals(name)).findFirst();
    }
  }
}
