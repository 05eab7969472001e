package io.aegis.server.cli;

import io.aegis.server.config.AddressText;
import java.net.InetSocketAddress;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads {@code host:port}. */
final class EndpointConverter implements ITypeConverter<InetSocketAddress> {

  EndpointConverter() {}

  @Override
  public InetSocketAddress convert(String text) {
    try {
      return AddressText.parseEndpoint(text);
    } catch (IllegalArgumentException e) {
      throw new TypeConversionException(String.valueOf(e.getMessage()));
    }
  }
}
