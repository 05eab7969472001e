package io.aegis.server.agent;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * One question to rtnetlink(7), and the reading of its answers. All numbers are in the machine's
 * own byte order, addresses in network order. Not thread-safe.
 */
final class NetlinkRequest {

  private static final int HEADER_BYTES = 16;
  private static final int ATTRIBUTE_BYTES = 4;
  private static final int ATTRIBUTE_TYPE = 0x3fff;
  private static final int NLM_F_REQUEST = 1;
  private static final int NLM_F_DUMP = 0x300;
  private static final int NLMSG_ERROR = 2;
  private static final int NLMSG_DONE = 3;
  // Larger than any request there is here.
  private static final int ROOM = 256;

  private final String doing;
  private final ByteBuffer message = ByteBuffer.allocate(ROOM).order(ByteOrder.nativeOrder());

  /**
   * Begins a request.
   *
   * @param doing what it asks for, for messages
   * @param type of the message, such as RTM_GETLINK
   * @param listing whether all there are are asked for
   * @param body what follows the header, before any attribute
   */
  NetlinkRequest(String doing, int type, boolean listing, ByteBuffer body) {
    this.doing = doing;
    message
        .putInt(0) // its length, known at the end
        .putShort((short) type)
        .putShort((short) (listing ? NLM_F_REQUEST | NLM_F_DUMP : NLM_F_REQUEST))
        .putLong(0)
        .put(body);
  }

  NetlinkRequest with(int attribute, byte[] value) {
    message
        .putShort((short) (ATTRIBUTE_BYTES + value.length))
        .putShort((short) attribute)
        .put(value)
        .position(aligned(message.position()));
    return this;
  }

  /**
   * Asks.
   *
   * @param answerType of the messages that answer, such as RTM_NEWLINK
   * @return their bodies
   * @throws NetlinkException if the kernel refuses
   */
  List<ByteBuffer> ask(NetlinkSocket socket, int answerType) throws IOException {
    message.putInt(0, message.position());
    socket.send(java.util.Arrays.copyOf(message.array(), message.position()));
    boolean listing = (message.getShort(6) & NLM_F_DUMP) != 0;
    var answers = new ArrayList<ByteBuffer>();
    while (parse(socket.receive(), answerType, answers) && listing) {
      // A listing comes in several datagrams; the last one says so.
    }
    return answers;
  }

  /** Adds the bodies of a datagram; false when the listing has ended. */
  boolean parse(ByteBuffer datagram, int answerType, List<ByteBuffer> answers) throws IOException {
    ByteBuffer bytes = datagram.order(ByteOrder.nativeOrder());
    for (int at = 0; at + HEADER_BYTES <= bytes.limit(); ) {
      int length = bytes.getInt(at);
      if (length < HEADER_BYTES || at + length > bytes.limit()) {
        throw new IOException(doing + ": the kernel's answer is cut off");
      }
      int type = Short.toUnsignedInt(bytes.getShort(at + 4));
      if (type == NLMSG_DONE || type == NLMSG_ERROR) {
        requireSuccess(bytes, at, length);
        return false;
      }
      if (type == answerType) {
        answers.add(part(bytes, at + HEADER_BYTES, at + length));
      }
      at += aligned(length);
    }
    return true;
  }

  // The end of a listing carries an error too, if it was broken off: half of it would be trusted.
  private void requireSuccess(ByteBuffer bytes, int at, int length) throws NetlinkException {
    int result = length < HEADER_BYTES + Integer.BYTES ? 0 : bytes.getInt(at + HEADER_BYTES);
    if (result < 0) {
      throw new NetlinkException(doing, -result);
    }
  }

  /**
   * Reads attributes.
   *
   * @param from what holds them
   * @param start where the first begins
   * @return the values by type; of two of one type the last
   */
  static Map<Integer, ByteBuffer> attributes(ByteBuffer from, int start) {
    var attributes = new HashMap<Integer, ByteBuffer>();
    for (int at = start; at + ATTRIBUTE_BYTES <= from.limit(); ) {
      int length = Short.toUnsignedInt(from.getShort(at));
      if (length < ATTRIBUTE_BYTES || at + length > from.limit()) {
        break;
      }
      int type = from.getShort(at + 2) & ATTRIBUTE_TYPE;
      attributes.put(type, part(from, at + ATTRIBUTE_BYTES, at + length));
      at += aligned(length);
    }
    return attributes;
  }

  private static ByteBuffer part(ByteBuffer of, int from, int to) {
    return of.slice(from, to - from).order(ByteOrder.nativeOrder());
  }

  static int aligned(int length) {
    return (length + 3) & ~3;
  }
}
