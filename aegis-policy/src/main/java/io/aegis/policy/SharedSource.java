package io.aegis.policy;

/**
 * What happens when a principal asks for a service that another one holds from the same address.
 */
public enum SharedSource {
  /** The newcomer is denied. The default choice: an address then stands for one principal. */
  REFUSE,
  /** The newcomer is permitted, and whoever held the service from there loses it first. */
  TAKEOVER,
  /** Both are permitted; each can use what was opened for the other. */
  SHARED
}
