package io.aegis.server.web;

import com.google.inject.AbstractModule;
import com.google.inject.Singleton;
import io.aegis.server.pki.TlsIdentity;

/**
 * Binds {@link WebServer}. Needs {@link WebConfig}, {@link TlsIdentity}, an {@code InstantSource},
 * and the services of {@code identity} and {@code controller}: {@code Sessions}, {@code Accounts},
 * {@code Catalog}, {@code Activations}.
 */
public final class WebModule extends AbstractModule {

  /** Makes the module. */
  public WebModule() {}

  @Override
  protected void configure() {
    bind(WebServer.class).in(Singleton.class);
    bind(Routes.class).in(Singleton.class);
    bind(Api.class).in(Singleton.class);
    bind(AuthApi.class).in(Singleton.class);
    bind(AccountsApi.class).in(Singleton.class);
    bind(CatalogApi.class).in(Singleton.class);
    bind(MeApi.class).in(Singleton.class);
    bind(Pages.class).in(Singleton.class);
    bind(HomePages.class).in(Singleton.class);
    bind(PageFrame.class).in(Singleton.class);
    bind(PageSessions.class).in(Singleton.class);
    bind(Assets.class).in(Singleton.class);
    bind(Templates.class).in(Singleton.class);
    bind(Csrf.class).in(Singleton.class);
    bind(Cookies.class).in(Singleton.class);
  }
}
