package io.aegis.server.pki;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads and writes certificates and keys in PEM (RFC 7468). */
final class PemFile {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
  private static final Set<PosixFilePermission> OTHERS =
      EnumSet.of(
          PosixFilePermission.GROUP_READ,
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);
  private static final Base64.Encoder LINES =
      Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII));
  private static final List<String> KEY_ALGORITHMS = List.of("EC", "Ed25519", "RSA");

  private PemFile() {}

  /** Reads all certificates of a file, at least one. */
  static List<X509Certificate> certificates(Path file) throws PkiException {
    var certificates = new ArrayList<X509Certificate>();
    try {
      CertificateFactory factory = CertificateFactory.getInstance("X.509");
      for (byte[] der : blocks(file, "CERTIFICATE")) {
        certificates.add(
            (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
      }
    } catch (CertificateException e) {
      throw new PkiException(
          "reading the certificate " + file + ": its content is damaged; restore the file", e);
    }
    return certificates;
  }

  /** Reads a private key that nobody else can read. */
  static PrivateKey privateKey(Path file) throws PkiException {
    requireSecret(file);
    byte[] der = only(blocks(file, "PRIVATE KEY"), file);
    for (String algorithm : KEY_ALGORITHMS) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
      } catch (GeneralSecurityException e) {
        // Not of this algorithm; the next one may know it.
      }
    }
    throw new PkiException(
        "reading the key " + file + ": it is no EC, Ed25519 or RSA key; restore the file");
  }

  /** Reads all Ed25519 public keys of a file, at least one. */
  static List<PublicKey> verificationKeys(Path file) throws PkiException {
    var keys = new ArrayList<PublicKey>();
    for (byte[] der : blocks(file, "PUBLIC KEY")) {
      try {
        keys.add(KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der)));
      } catch (GeneralSecurityException e) {
        throw new PkiException(
            "reading the verification key " + file + ": it is no Ed25519 key; write a new bundle",
            e);
      }
    }
    return keys;
  }

  private static void requireSecret(Path file) throws PkiException {
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(file);
      if (mode.stream().anyMatch(OTHERS::contains)) {
        throw new PkiException(
            "reading the key %s: others can read or write it (%s); chmod 600 it, and replace the key if they may have"
                .formatted(file, PosixFilePermissions.toString(mode)));
      }
    } catch (UnsupportedOperationException e) {
      throw new PkiException(
          "reading the key " + file + ": its file system knows no modes; move it elsewhere", e);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
  }

  private static List<byte[]> blocks(Path file, String type) throws PkiException {
    String text;
    try {
      text = Files.readString(file, StandardCharsets.US_ASCII);
    } catch (IOException e) {
      throw unreadable(file, e);
    }
    var blocks = new ArrayList<byte[]>();
    Matcher matcher = BLOCK.matcher(text);
    while (matcher.find()) {
      if (matcher.group(1).equals(type)) {
        blocks.add(decoded(file, matcher.group(2)));
      }
    }
    if (blocks.isEmpty()) {
      throw new PkiException(
          "reading %s: there is no \"BEGIN %s\" in it; is it the right file?"
              .formatted(file, type));
    }
    return blocks;
  }

  private static byte[] decoded(Path file, String base64) throws PkiException {
    try {
      return Base64.getMimeDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new PkiException("reading " + file + ": its base64 is damaged; restore the file", e);
    }
  }

  private static byte[] only(List<byte[]> blocks, Path file) throws PkiException {
    if (blocks.size() != 1) {
      throw new PkiException(
          "reading the key " + file + ": there are " + blocks.size() + " keys in it; leave one");
    }
    return blocks.getFirst();
  }

  private static PkiException unreadable(Path file, IOException e) {
    return new PkiException(
        "reading %s: %s; restore it, or correct the key of the configuration that names it"
            .formatted(file, why(e)),
        e);
  }

  private static String why(IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "this user may not read it";
      case CharacterCodingException _ -> "it is not text, so no PEM";
      default -> e.getClass().getSimpleName() + " (" + e.getMessage() + ")";
    };
  }

  /** Returns the text form of one block. */
  static String text(String type, byte[] der) {
    return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
        .formatted(type, LINES.encodeToString(der), type);
  }

  /** Writes a file that everybody may read, or replaces it. */
  static void write(Path file, String text) throws PkiException {
    write(file, text, "rw-r--r--");
  }

  /** Writes a file that nobody else may read, or replaces it. */
  static void writeSecret(Path file, String text) throws PkiException {
    write(file, text, "rw-------");
  }

  // Under another name first, with its mode from the beginning: there is no moment in which a key
  // is readable by others, or half there.
  private static void write(Path file, String text, String mode) throws PkiException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.deleteIfExists(fresh);
      try (FileChannel out =
          FileChannel.open(
              fresh,
              EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(mode)))) {
        ByteBuffer bytes = StandardCharsets.US_ASCII.encode(text);
        while (bytes.hasRemaining()) {
          out.write(bytes);
        }
        out.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException | UnsupportedOperationException e) {
      throw new PkiException(
          "writing %s: %s (%s); may this user write there?"
              .formatted(file, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }

  /** Makes a directory that nobody else may look into, unless it is there. */
  static void makeDirectory(Path directory) throws PkiException {
    try {
      if (!Files.isDirectory(directory)) {
        Files.createDirectories(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
    } catch (IOException | UnsupportedOperationException e) {
      throw new PkiException(
          "making the directory %s: %s (%s); may this user write there?"
              .formatted(directory, e.getClass().getSimpleName(), e.getMessage()),
          e);
    }
  }
}
