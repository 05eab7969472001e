package io.aegis.enforcer.xdp.internal.elf;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What one compiled object holds: maps, global data and programs. It has no descriptor and can be
 * loaded any number of times. Immutable.
 *
 * @param maps by name
 * @param data by section name
 * @param variables by name
 * @param programs by function name
 * @param license of the programs
 * @param btf of all of them
 */
public record CollectionSpec(
    Map<String, MapSpec> maps,
    Map<String, DataSpec> data,
    Map<String, VariableSpec> variables,
    Map<String, ProgramSpec> programs,
    String license,
    Btf btf) {

  private static final String MAPS = ".maps";

  /** Makes a specification. */
  public CollectionSpec {
    maps = Map.copyOf(maps);
    data = Map.copyOf(data);
    variables = Map.copyOf(variables);
    programs = Map.copyOf(programs);
  }

  /**
   * Reads an object that clang made for the BPF target, with BTF.
   *
   * @param object the file
   * @return what it holds
   * @throws BadObjectException if it is cut short or needs what this loader does not do
   */
  public static CollectionSpec parse(byte[] object) {
    try {
      return read(object);
    } catch (IndexOutOfBoundsException
        | BufferUnderflowException
        | IllegalArgumentException
        | ArithmeticException
        | StackOverflowError e) { // the last: types that refer to each other in a ring
      throw new BadObjectException("the object is cut short or contradicts itself", e);
    }
  }

  private static CollectionSpec read(byte[] object) {
    ElfFile file = ElfFile.parse(object);
    Btf btf = Btf.parse(file.require(".BTF").bytes());
    var data = new LinkedHashMap<String, DataSpec>();
    var variables = new LinkedHashMap<String, VariableSpec>();
    for (ElfFile.Section section : file.sections()) {
      btf.completeDataSection(section, file);
      if (isData(section.name())) {
        data.put(section.name(), new DataSpec(section.name(), section.bytes()));
        for (Btf.Variable v : btf.dataSection(section.name())) {
          variables.put(v.name(), new VariableSpec(v.name(), section.name(), v.offset(), v.size()));
        }
      }
    }
    ByteBuffer license = file.require("license").buffer();
    return new CollectionSpec(
        MapDefinitions.of(btf, MAPS),
        data,
        variables,
        new ProgramReader(file, btf).programs(),
        ElfFile.text(license, 0),
        btf);
  }

  static boolean isData(String section) {
    return section.equals(".bss")
        || section.equals(".data")
        || section.startsWith(".data.")
        || section.equals(".rodata")
        || section.startsWith(".rodata.");
  }

  /**
   * Returns a program.
   *
   * @param name its function
   * @return the program
   * @throws BadObjectException if there is none of that name
   */
  public ProgramSpec program(String name) {
    ProgramSpec program = programs.get(name);
    if (program == null) {
      throw new BadObjectException("no program " + name + " among " + programs.keySet());
    }
    return program;
  }

  /**
   * Returns a map.
   *
   * @param name its variable
   * @return the map
   * @throws BadObjectException if there is none of that name
   */
  public MapSpec map(String name) {
    MapSpec map = maps.get(name);
    if (map == null) {
      throw new BadObjectException("no map " + name + " among " + maps.keySet());
    }
    return map;
  }

  /**
   * Returns a section of global data.
   *
   * @param name of the section
   * @return the section
   * @throws BadObjectException if there is none of that name
   */
  public DataSpec section(String name) {
    DataSpec section = data.get(name);
    if (section == null) {
      throw new BadObjectException("no section " + name + " among " + data.keySet());
    }
    return section;
  }

  /**
   * Returns a variable.
   *
   * @param name as in C
   * @return the variable
   * @throws BadObjectException if there is none of that name
   */
  public VariableSpec variable(String name) {
    VariableSpec variable = variables.get(name);
    if (variable == null) {
      throw new BadObjectException("no variable " + name + " among " + variables.keySet());
    }
    return variable;
  }
}
