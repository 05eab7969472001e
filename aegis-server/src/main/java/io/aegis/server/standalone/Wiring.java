package io.aegis.server.standalone;

import com.google.inject.AbstractModule;
import com.google.inject.Guice;
import com.google.inject.Injector;
import com.google.inject.Module;
import com.google.inject.Stage;
import java.util.ArrayList;
import java.util.List;

/** Guice with its surprises switched off. Stateless. */
final class Wiring {
  private static final String CLASS_LOADING = "guice_custom_class_loading";

  // Guice would define classes by way of sun.misc.Unsafe, of which Java 25 warns at every start.
  static {
    if (System.getProperty(CLASS_LOADING) == null) {
      System.setProperty(CLASS_LOADING, "CHILD");
    }
  }

  private Wiring() {}

  /** Makes an injector; a mistake in the wiring is an exception here, not at the first use. */
  static Injector of(List<Module> modules) {
    var all = new ArrayList<Module>();
    all.add(new StrictModule());
    all.addAll(modules);
    return Guice.createInjector(Stage.PRODUCTION, all);
  }

  /** Makes an injector that has all that another one has, as strict as that. */
  static Injector below(Injector parent, List<Module> modules) {
    var all = new ArrayList<Module>();
    all.add(new StrictModule());
    all.addAll(modules);
    return parent.createChildInjector(all);
  }

  /** Binds nothing and forbids what Guice would do by itself. Needs nothing. */
  private static final class StrictModule extends AbstractModule {
    @Override
    protected void configure() {
      binder().requireExplicitBindings();
      binder().requireAtInjectOnConstructors();
      binder().requireExactBindingAnnotations();
      binder().disableCircularProxies();
    }
  }
}
