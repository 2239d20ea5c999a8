/// Builds the frames of a client: whole messages, masked.
package enum WebSocketFrameEncoder {
  /// Appends one frame. `mask` must be random and new for each frame. The payload of a control
  /// frame is cut at 125 bytes. `payload` must not point into `buffer`.
  package static func append(
    opcode: WebSocketOpcode, payload: UnsafeRawBufferPointer, mask: UInt32,
    to buffer: inout ByteBuffer
  ) {
    let count = opcode.isControl ? min(payload.count, 125) : payload.count
    appendHeader(opcode, count, to: &buffer)
    withUnsafeBytes(of: mask) { buffer.append($0) }
    let room = buffer.reserve(count)
    guard room.count >= count else { return }
    copy(payload, count, to: room, mask: mask)
    buffer.commit(count)
  }

  private static func appendHeader(
    _ opcode: WebSocketOpcode, _ count: Int, to buffer: inout ByteBuffer
  ) {
    buffer.append(0x80 | opcode.rawValue)
    if count <= 125 {
      buffer.append(0x80 | UInt8(truncatingIfNeeded: count))
    } else if let short = UInt16(exactly: count) {
      buffer.append(0x80 | 126 as UInt8)
      withUnsafeBytes(of: short.bigEndian) { buffer.append($0) }
    } else {
      buffer.append(0x80 | 127 as UInt8)
      withUnsafeBytes(of: UInt64(truncatingIfNeeded: count).bigEndian) { buffer.append($0) }
    }
  }

  /// Copies and masks in one pass, a word at a time. The mask is used in the order of memory, so
  /// the machine's byte order does not matter.
  private static func copy(
    _ payload: UnsafeRawBufferPointer, _ count: Int, to room: UnsafeMutableRawBufferPointer,
    mask: UInt32
  ) {
    let wide = UInt64(mask) << 32 | UInt64(mask)
    var offset = 0
    while count - offset >= 8 {
      let word = payload.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      room.storeBytes(of: word ^ wide, toByteOffset: offset, as: UInt64.self)
      offset += 8
    }
    withUnsafeBytes(of: wide) { mask in
      // `offset` is a multiple of 8 here, so the mask starts again.
      for (position, key) in zip(offset..<count, mask) {
        room[position] = payload[position] ^ key
      }
    }
  }
}
