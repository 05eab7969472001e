package io.aegis.enforcer.xdp.internal.sys;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * The commands of bpf(2) about maps, pins, objects and BTF, one method each. Thread-safe.
 *
 * @see BpfProg the commands about programs and links
 */
public final class Bpf {

  /** Makes a new element or replaces an old one. */
  public static final long ANY = 0;

  /** Makes a new element only. */
  public static final long NO_EXIST = 1;

  /** Replaces an old element only. */
  public static final long EXIST = 2;

  private static final int MAP_CREATE = 0;
  private static final int MAP_LOOKUP_ELEM = 1;
  private static final int MAP_UPDATE_ELEM = 2;
  private static final int MAP_DELETE_ELEM = 3;
  private static final int MAP_GET_NEXT_KEY = 4;
  private static final int OBJ_PIN = 6;
  private static final int OBJ_GET = 7;
  private static final int PROG_GET_FD_BY_ID = 13;
  private static final int OBJ_GET_INFO_BY_FD = 15;
  private static final int BTF_LOAD = 18;
  private static final int MAP_FREEZE = 22;

  private Bpf() {}

  /** What a map is made of; numbers as in {@code linux/bpf.h}. */
  public record MapShape(
      String name,
      int type,
      int keySize,
      int valueSize,
      int maxEntries,
      int flags,
      int btfKeyType,
      int btfValueType) {}

  static int command(String name, int number, BpfAttr attr) throws Errno {
    return (int)
        Syscall.call("bpf(" + name + ")", Abi.HERE.bpf(), number, attr.address(), attr.size());
  }

  /** Makes a map; {@code btf} describes key and value if the shape names types of it. */
  public static OwnedFd createMap(MapShape shape, OwnedFd btf) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      BpfAttr attr = shapeAttr(arena, shape);
      if (shape.btfValueType() != 0) {
        attr.put32(48, btf.number()).put32(52, shape.btfKeyType()).put32(56, shape.btfValueType());
      }
      return createMap(shape, attr);
    }
  }

  /** Makes a map whose shape names no types. */
  public static OwnedFd createMap(MapShape shape) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      return createMap(shape, shapeAttr(arena, shape));
    }
  }

  /** Makes a map of maps that are like {@code inner}. */
  public static OwnedFd createMapOfMaps(MapShape shape, OwnedFd inner) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      return createMap(shape, shapeAttr(arena, shape).put32(20, inner.number()));
    }
  }

  private static BpfAttr shapeAttr(Arena arena, MapShape shape) {
    return new BpfAttr(arena, 72)
        .put32(0, shape.type())
        .put32(4, shape.keySize())
        .put32(8, shape.valueSize())
        .put32(12, shape.maxEntries())
        .put32(16, shape.flags())
        .putName(28, shape.name());
  }

  private static OwnedFd createMap(MapShape shape, BpfAttr attr) throws Errno {
    return new OwnedFd(
        command("MAP_CREATE, " + shape.name(), MAP_CREATE, attr), "map " + shape.name());
  }

  /** Reads an element into {@code value}; false if there is none. */
  public static boolean lookup(OwnedFd map, MemorySegment key, MemorySegment value, long flags)
      throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      element(arena, "MAP_LOOKUP_ELEM", MAP_LOOKUP_ELEM, map, key, value, flags);
      return true;
    } catch (Errno e) {
      return orAbsent(e);
    }
  }

  /** Writes an element; {@code flags} say whether it must be new or old. */
  public static void update(OwnedFd map, MemorySegment key, MemorySegment value, long flags)
      throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      element(arena, "MAP_UPDATE_ELEM", MAP_UPDATE_ELEM, map, key, value, flags);
    }
  }

  /** Removes an element; false if there is none. */
  public static boolean delete(OwnedFd map, MemorySegment key) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      element(arena, "MAP_DELETE_ELEM", MAP_DELETE_ELEM, map, key, MemorySegment.NULL, 0);
      return true;
    } catch (Errno e) {
      return orAbsent(e);
    }
  }

  /** Reads the key after {@code key} (the first one after NULL); false at the end. */
  public static boolean nextKey(OwnedFd map, MemorySegment key, MemorySegment next) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      element(arena, "MAP_GET_NEXT_KEY", MAP_GET_NEXT_KEY, map, key, next, 0);
      return true;
    } catch (Errno e) {
      return orAbsent(e);
    }
  }

  private static void element(
      Arena arena,
      String name,
      int command,
      OwnedFd map,
      MemorySegment key,
      MemorySegment value,
      long flags)
      throws Errno {
    var attr =
        new BpfAttr(arena, 32).put32(0, map.number()).put(8, key).put(16, value).put64(24, flags);
    command(name + ", " + map, command, attr);
  }

  private static boolean orAbsent(Errno e) throws Errno {
    if (e.number() == Errno.ENOENT) {
      return false;
    }
    throw e;
  }

  /** Makes a map read-only for user space. */
  public static void freeze(OwnedFd map) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      command("MAP_FREEZE, " + map, MAP_FREEZE, new BpfAttr(arena, 4).put32(0, map.number()));
    }
  }

  /** Pins an object; its life then no longer depends on any process. */
  public static void pin(OwnedFd object, Path path) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      var attr =
          new BpfAttr(arena, 16)
              .put(0, arena.allocateFrom(path.toString()))
              .put32(8, object.number());
      command("OBJ_PIN, " + path, OBJ_PIN, attr);
    }
  }

  /** Opens a pinned object. */
  public static OwnedFd openPinned(Path path) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      var attr = new BpfAttr(arena, 16).put(0, arena.allocateFrom(path.toString()));
      return new OwnedFd(command("OBJ_GET, " + path, OBJ_GET, attr), path.toString());
    }
  }

  /** Opens a program by its id. */
  public static OwnedFd openProgram(int id) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      var attr = new BpfAttr(arena, 12).put32(0, id);
      return new OwnedFd(
          command("PROG_GET_FD_BY_ID, " + id, PROG_GET_FD_BY_ID, attr), "program " + id);
    }
  }

  /** Fills {@code info} with what the kernel says about an object, as far as it reaches. */
  public static void info(OwnedFd object, MemorySegment info) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      var attr =
          new BpfAttr(arena, 16)
              .put32(0, object.number())
              .put32(4, (int) info.byteSize())
              .put(8, info);
      command("OBJ_GET_INFO_BY_FD, " + object, OBJ_GET_INFO_BY_FD, attr);
    }
  }

  /** Loads type information; the kernel's words go to {@code log}, which may be empty. */
  public static OwnedFd loadBtf(MemorySegment btf, MemorySegment log) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      var attr = new BpfAttr(arena, 28).put(0, btf).put32(16, (int) btf.byteSize());
      if (log.byteSize() > 0) {
        attr.put(8, log).put32(20, (int) log.byteSize()).put32(24, 1);
      }
      return new OwnedFd(command("BTF_LOAD", BTF_LOAD, attr), "BTF");
    }
  }

  /** Returns the first {@code count} words of 32 bits of an object's info. */
  static int[] infoWords(OwnedFd object, int count) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment info = arena.allocate(4L * count, 8);
      info(object, info);
      return info.toArray(JAVA_INT);
    }
  }
}
