package io.aegis.api;

/**
 * Consecutive ports, both ends included, in host order.
 *
 * @param first the lowest port, 0 to 65535
 * @param last the highest port, {@code first} to 65535
 */
public record PortRange(int first, int last) {

  /**
   * Every port there is, 0 included; the only range that covers a packet whose ports are unknown.
   */
  public static final PortRange ANY = new PortRange(0, 65_535);

  /**
   * Makes a range.
   *
   * @throws IllegalArgumentException if a port is out of range, if the ends are swapped, or if the
   *     range is port 0 alone, which no service listens on
   */
  public PortRange {
    if (first < 0 || last > 65_535 || first > last || last == 0) {
      throw new IllegalArgumentException(
          "a port range lies in 0..65535, lowest first: " + first + "-" + last);
    }
  }

  /**
   * Returns the range of one port.
   *
   * @param port 1 to 65535
   * @return a range with two equal ends
   * @throws IllegalArgumentException if the port is out of range
   */
  public static PortRange of(int port) {
    if (port < 1 || port > 65_535) {
      throw new IllegalArgumentException("port must be in 1..65535: " + port);
    }
    return new PortRange(port, port);
  }

  /**
   * Reads {@code 443}, {@code 8000-8080} or {@code any}.
   *
   * @param text the text form
   * @return the range
   * @throws IllegalArgumentException if the text is anything else
   */
  public static PortRange parse(String text) {
    if (text.equals("any")) {
      return ANY;
    }
    if (!text.matches("[0-9]{1,5}(-[0-9]{1,5})?")) {
      throw new IllegalArgumentException(
          "not a port or a port range: '" + text + "' (write 443, 8000-8080 or any)");
    }
    int dash = text.indexOf('-');
    return dash < 0
        ? of(Integer.parseInt(text))
        : new PortRange(
            Integer.parseInt(text.substring(0, dash)), Integer.parseInt(text.substring(dash + 1)));
  }

  /**
   * Returns whether {@code port} is in this range.
   *
   * @param port a port in host order
   * @return true if it is
   */
  public boolean contains(int port) {
    return first <= port && port <= last;
  }

  /**
   * Returns whether this is every port.
   *
   * @return true for {@link #ANY} and its equals
   */
  public boolean isAny() {
    return first == 0 && last == 65_535;
  }

  /**
   * Returns whether this is one port.
   *
   * @return true if both ends are the same
   */
  public boolean isSinglePort() {
    return first == last;
  }

  /** Returns the form that {@link #parse} reads. */
  @Override
  public String toString() {
    return isAny() ? "any" : isSinglePort() ? Integer.toString(first) : first + "-" + last;
  }
}
