/// The header of a server's frame, checked.
struct WebSocketFrameHeader {
  var opcode: WebSocketOpcode
  var isFinal: Bool
  /// The length of the header itself.
  var length: Int
  var payloadLength: Int

  /// Reads the header at the start of `bytes`. Returns nil while it is incomplete, and throws as
  /// soon as the bytes cannot become a legal one.
  static func parse(
    _ bytes: UnsafeRawBufferPointer
  ) throws(SparkError) -> WebSocketFrameHeader? {
    guard bytes.count > 0 else { return nil }
    let first = bytes[0]
    guard first & 0x70 == 0 else {
      throw .violation("the server sent a frame with reserved bits: first byte \(first)")
    }
    guard let opcode = WebSocketOpcode(rawValue: first & 0x0F) else {
      throw .violation("the server sent a frame with the unknown opcode \(first & 0x0F)")
    }
    let isFinal = first & 0x80 != 0
    guard isFinal || !opcode.isControl else {
      throw .violation("the server sent a control frame in fragments: opcode \(opcode.rawValue)")
    }
    guard bytes.count > 1 else { return nil }
    let second = bytes[1]
    guard second & 0x80 == 0 else {
      throw .violation("the server sent a masked frame")
    }
    guard !opcode.isControl || second <= 125 else {
      throw .violation("the server sent a control frame of more than 125 bytes")
    }
    guard let (size, count) = try payloadLength(bytes, second) else { return nil }
    return WebSocketFrameHeader(
      opcode: opcode, isFinal: isFinal, length: 2 + size, payloadLength: count)
  }

  /// Returns the payload's length, and how many bytes after the second hold it.
  private static func payloadLength(
    _ bytes: UnsafeRawBufferPointer, _ second: UInt8
  ) throws(SparkError) -> (size: Int, count: Int)? {
    switch second {
    case 126:
      guard bytes.count >= 4 else { return nil }
      let count = UInt16(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self))
      guard count > 125 else {
        throw .violation(
          "the server wrote the frame length \(count) in 2 bytes, not in the shortest form")
      }
      return (2, Int(count))
    case 127:
      guard bytes.count >= 10 else { return nil }
      let count = UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt64.self))
      guard let count = Int(exactly: count) else {
        throw .violation("the server sent a frame with a length of more than 63 bits")
      }
      guard count > 0xFFFF else {
        throw .violation(
          "the server wrote the frame length \(count) in 8 bytes, not in the shortest form")
      }
      return (8, count)
    default:
      return (0, Int(second))
    }
  }
}
