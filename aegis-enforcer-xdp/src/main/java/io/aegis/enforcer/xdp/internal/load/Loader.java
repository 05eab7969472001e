package io.aegis.enforcer.xdp.internal.load;

import io.aegis.enforcer.xdp.internal.elf.CollectionSpec;
import io.aegis.enforcer.xdp.internal.elf.DataSpec;
import io.aegis.enforcer.xdp.internal.elf.MapSpec;
import io.aegis.enforcer.xdp.internal.elf.ProgramSpec;
import io.aegis.enforcer.xdp.internal.elf.ProgramSpec.Reference;
import io.aegis.enforcer.xdp.internal.elf.VariableSpec;
import io.aegis.enforcer.xdp.internal.sys.Bpf;
import io.aegis.enforcer.xdp.internal.sys.Bpf.MapShape;
import io.aegis.enforcer.xdp.internal.sys.BpfProg;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.Hook;
import io.aegis.enforcer.xdp.internal.sys.BpfProg.ProgramCode;
import io.aegis.enforcer.xdp.internal.sys.Bytes;
import io.aegis.enforcer.xdp.internal.sys.Errno;
import io.aegis.enforcer.xdp.internal.sys.Owned;
import io.aegis.enforcer.xdp.internal.sys.OwnedFd;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.Map;

/**
 * Brings what an object specifies into the kernel. The maps are made once, or taken from pins; each
 * program is loaded as often as there are settings for it, over the same maps. For one thread.
 */
public final class Loader implements AutoCloseable {

  private static final int ARRAY = 2;
  private static final int READ_ONLY_FOR_PROGRAMS = 1 << 7;
  private static final int MMAPABLE = 1 << 10;

  /** BPF_PSEUDO_MAP_FD: the immediate is a map. */
  private static final int PSEUDO_MAP = 1;

  /** BPF_PSEUDO_MAP_VALUE: the immediate is an address inside a map's one value. */
  private static final int PSEUDO_VALUE = 2;

  private static final int TRIES = 5;
  private static final int LOG_BYTES = 64 << 10;
  private static final int MOST_LOG_BYTES = 64 << 20;

  private final CollectionSpec spec;
  private final OwnedFd btf;

  private Loader(CollectionSpec spec, OwnedFd btf) {
    this.spec = spec;
    this.btf = btf;
  }

  /**
   * Begins to load an object: its type information goes first.
   *
   * @param spec the object
   * @return a loader; the caller closes it, which leaves alone what it loaded
   * @throws Errno if the kernel refuses the type information
   */
  public static Loader of(CollectionSpec spec) throws Errno {
    try (Arena arena = Arena.ofConfined()) {
      byte[] bytes = spec.btf().bytes();
      MemorySegment btf = arena.allocate(bytes.length, 8).copyFrom(MemorySegment.ofArray(bytes));
      return new Loader(spec, Bpf.loadBtf(btf, MemorySegment.NULL));
    }
  }

  /**
   * Makes a map.
   *
   * @param map its specification, of this object
   * @return the map; the caller closes it
   * @throws Errno if the kernel refuses it
   */
  public OwnedFd createMap(MapSpec map) throws Errno {
    return Bpf.createMap(
        new MapShape(
            map.name(),
            map.type(),
            map.keySize(),
            map.valueSize(),
            map.maxEntries(),
            map.flags(),
            map.btfKeyType(),
            map.btfValueType()),
        btf);
  }

  /**
   * Loads a program.
   *
   * @param name its function
   * @param maps every map it refers to, by name, and sections of global data that {@link
   *     #createData} has made; not closed
   * @param variables values of global variables that differ from the source, by name, in the bytes
   *     of the C type
   * @param flags of BPF_PROG_LOAD
   * @return the program; the caller closes it
   * @throws VerifierException if the verifier refuses it
   * @throws Errno if the kernel refuses something else
   */
  public OwnedFd loadProgram(
      String name, Map<String, OwnedFd> maps, Map<String, byte[]> variables, int flags)
      throws Errno {
    ProgramSpec program = spec.program(name);
    // The program holds its data from the moment it is loaded: our descriptors need not stay.
    try (var owned = new Owned()) {
      var targets = new HashMap<String, OwnedFd>(maps);
      for (String data : spec.data().keySet()) {
        if (!maps.containsKey(data)
            && program.references().stream().anyMatch(r -> r.target().equals(data))) {
          targets.put(data, owned.own(createData(name, data, variables)));
        }
      }
      var code =
          new ProgramCode(
              name,
              Hook.of(program.section()),
              relocate(program, targets),
              spec.license(),
              flags,
              program.functionInfo(),
              program.lineInfo());
      return load(code);
    }
  }

  /**
   * Makes the map of a section of global data. Constants are frozen.
   *
   * @param program for which it is: begins its name
   * @param section its name, for example {@code .rodata}
   * @param variables values that differ from the source, by name; those of other sections are left
   *     alone
   * @return the map; the caller closes it
   * @throws Errno if the kernel refuses it
   */
  public OwnedFd createData(String program, String section, Map<String, byte[]> variables)
      throws Errno {
    DataSpec data = spec.section(section);
    byte[] content = data.content().toArray();
    for (Map.Entry<String, byte[]> value : variables.entrySet()) {
      VariableSpec variable = spec.variable(value.getKey());
      if (variable.size() != value.getValue().length) {
        throw new IllegalArgumentException(
            variable + " takes " + variable.size() + " bytes, not " + value.getValue().length);
      }
      if (variable.section().equals(data.name())) {
        System.arraycopy(value.getValue(), 0, content, variable.offset(), variable.size());
      }
    }
    int flags = MMAPABLE | (data.isReadOnly() ? READ_ONLY_FOR_PROGRAMS : 0);
    String name = program.substring(0, Math.min(program.length(), 8)) + data.name();
    OwnedFd map = Bpf.createMap(new MapShape(name, ARRAY, 4, content.length, 1, flags, 0, 0));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment value =
          arena.allocate(content.length, 8).copyFrom(MemorySegment.ofArray(content));
      Bpf.update(map, arena.allocate(4, 4), value, Bpf.ANY);
      if (data.isReadOnly()) {
        Bpf.freeze(map);
      }
      return map;
    } catch (Errno | RuntimeException e) {
      map.close();
      throw e;
    }
  }

  private static Bytes relocate(ProgramSpec program, Map<String, OwnedFd> targets) {
    byte[] code = program.instructions().toArray();
    ByteBuffer instructions = ByteBuffer.wrap(code).order(ByteOrder.LITTLE_ENDIAN);
    for (Reference reference : program.references()) {
      OwnedFd target = targets.get(reference.target());
      if (target == null) {
        throw new IllegalArgumentException(
            "program " + program.name() + " needs the map " + reference.target());
      }
      int at = reference.offset();
      int kind = reference.isData() ? PSEUDO_VALUE : PSEUDO_MAP;
      // The second byte of an instruction is source register << 4 | destination register.
      instructions.put(at + 1, (byte) ((instructions.get(at + 1) & 15) | (kind << 4)));
      instructions.putInt(at + 4, target.number());
      instructions.putInt(at + 12, reference.value());
    }
    return Bytes.of(code);
  }

  // Without a log first: it is faster, and a log that overflows would hide the true error.
  private OwnedFd load(ProgramCode code) throws Errno {
    Errno refusal = null;
    for (int i = 0; i < TRIES; i++) {
      try {
        return BpfProg.load(code, btf, MemorySegment.NULL);
      } catch (Errno e) {
        if (e.number() != Errno.EAGAIN) { // EAGAIN: a signal came while verifying
          refusal = e;
          break;
        }
        refusal = e;
      }
    }
    throw explain(code, java.util.Objects.requireNonNull(refusal));
  }

  /** Loads once more with a log, to learn why; the log grows until it is whole. */
  private Errno explain(ProgramCode code, Errno refusal) {
    for (int size = LOG_BYTES; size <= MOST_LOG_BYTES; size *= 8) {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment log = arena.allocate(size, 8);
        try (OwnedFd loaded = BpfProg.load(code, btf, log)) {
          throw new IllegalStateException(
              "loading " + loaded + ": refused at first, then accepted; try again", refusal);
        } catch (Errno e) {
          if (e.number() == Errno.ENOSPC) {
            continue;
          }
          String text = log.getString(0);
          if (text.isBlank()) {
            return e; // not the verifier: no right, no memory, an attribute it does not know
          }
          throw new VerifierException(code.name(), text, e);
        }
      }
    }
    return refusal;
  }

  @Override
  public void close() {
    btf.close();
  }
}
