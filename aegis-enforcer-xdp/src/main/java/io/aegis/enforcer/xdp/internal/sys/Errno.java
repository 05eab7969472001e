package io.aegis.enforcer.xdp.internal.sys;

import java.util.Map;

/**
 * A system call failed. Checked, and caught where its number gets a meaning: it never leaves this
 * module.
 */
public final class Errno extends Exception {

  private static final long serialVersionUID = 1L;

  public static final int EPERM = 1;
  public static final int ENOENT = 2;
  public static final int EINTR = 4;
  public static final int E2BIG = 7;
  public static final int EAGAIN = 11;
  public static final int ENOMEM = 12;
  public static final int EACCES = 13;
  public static final int EBUSY = 16;
  public static final int EEXIST = 17;
  public static final int ENODEV = 19;
  public static final int EINVAL = 22;
  public static final int ENOSPC = 28;
  public static final int ERANGE = 34;
  public static final int ENOLINK = 67;
  public static final int EOPNOTSUPP = 95;
  public static final int ENOBUFS = 105;

  /** The kernel's own answer to what it knows but does not support; not in the C library. */
  public static final int ENOTSUPP = 524;

  private static final Map<Integer, String> NAMES =
      Map.ofEntries(
          Map.entry(EPERM, "EPERM, operation not permitted"),
          Map.entry(ENOENT, "ENOENT, no such entry"),
          Map.entry(EINTR, "EINTR, interrupted"),
          Map.entry(E2BIG, "E2BIG, too big"),
          Map.entry(9, "EBADF, bad descriptor"),
          Map.entry(EAGAIN, "EAGAIN, try again"),
          Map.entry(ENOMEM, "ENOMEM, out of memory"),
          Map.entry(EACCES, "EACCES, permission denied"),
          Map.entry(14, "EFAULT, bad address"),
          Map.entry(EBUSY, "EBUSY, busy"),
          Map.entry(EEXIST, "EEXIST, exists already"),
          Map.entry(ENODEV, "ENODEV, no such device"),
          Map.entry(20, "ENOTDIR, not a directory"),
          Map.entry(EINVAL, "EINVAL, invalid argument"),
          Map.entry(24, "EMFILE, too many open files"),
          Map.entry(ENOSPC, "ENOSPC, no space left"),
          Map.entry(ERANGE, "ERANGE, out of range"),
          Map.entry(38, "ENOSYS, no such system call"),
          Map.entry(ENOLINK, "ENOLINK, link is gone"),
          Map.entry(EOPNOTSUPP, "EOPNOTSUPP, not supported"),
          Map.entry(ENOBUFS, "ENOBUFS, no buffer space"),
          Map.entry(ENOTSUPP, "ENOTSUPP, not supported"));

  private final int number;

  /**
   * Makes an error.
   *
   * @param call the call, with its object
   * @param number the error number
   */
  public Errno(String call, int number) {
    super(call + " failed with errno " + number + " (" + nameOf(number) + ")");
    this.number = number;
  }

  private static String nameOf(int number) {
    return NAMES.getOrDefault(number, "see errno(3)");
  }

  /**
   * Returns the number.
   *
   * @return as in errno(3)
   */
  public int number() {
    return number;
  }
}
