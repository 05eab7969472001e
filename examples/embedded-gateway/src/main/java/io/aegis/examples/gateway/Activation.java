package io.aegis.examples.gateway;

import io.aegis.api.Grant;
import io.aegis.api.IpAddress;
import io.aegis.policy.AccessRequest;
import java.io.Closeable;
import java.io.IOException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A service that a principal has open: what was asked, what was opened for it, and the connections
 * that live by it. Any number of threads may use it.
 */
final class Activation {

  private final AccessRequest request;
  private final Set<Closeable> connections = new HashSet<>();
  private volatile List<Grant> grants;
  private volatile boolean closed;

  /**
   * Makes an activation.
   *
   * @param request as it was asked first: the lifetime of grants counts from then
   * @param grants what was opened, at least one, all of the same expiry
   */
  Activation(AccessRequest request, List<Grant> grants) {
    this.request = request;
    this.grants = List.copyOf(grants);
  }

  AccessRequest request() {
    return request;
  }

  List<Grant> grants() {
    return grants;
  }

  void renew(List<Grant> longer) {
    grants = List.copyOf(longer);
  }

  /** From this instant on nothing is forwarded any more. */
  Instant end() {
    return grants.getFirst().hardExpiry();
  }

  boolean isLiveAt(Instant now) {
    return !closed && now.isBefore(end());
  }

  boolean isOf(String principalId, String serviceId) {
    return request.principal().id().equals(principalId) && request.serviceId().equals(serviceId);
  }

  boolean isFrom(IpAddress address, String serviceId) {
    return request.source().address().equals(address) && request.serviceId().equals(serviceId);
  }

  /**
   * Lets a connection live as long as this does.
   *
   * @return false if this is closed already; the caller then closes the connection
   */
  synchronized boolean add(Closeable connection) {
    return !closed && connections.add(connection);
  }

  synchronized void remove(Closeable connection) {
    connections.remove(connection);
  }

  /**
   * Closes every connection. None forwards anything after this returns: one that is about to write
   * finds its socket closed.
   *
   * @return how many there were
   */
  synchronized int close() {
    closed = true;
    int count = connections.size();
    for (Closeable connection : connections) {
      try {
        connection.close();
      } catch (IOException e) {
        throw new IllegalStateException("closing a connection, which must not fail", e);
      }
    }
    connections.clear();
    return count;
  }
}
