import SparkWire
import Testing

private func encode(
  _ opcode: WebSocketOpcode, _ payload: [UInt8], mask: [UInt8], after start: [UInt8] = []
) -> [UInt8] {
  var buffer = ByteBuffer(start)
  let mask = mask.withUnsafeBytes { $0.loadUnaligned(as: UInt32.self) }
  payload.withUnsafeBytes {
    WebSocketFrameEncoder.append(opcode: opcode, payload: $0, mask: mask, to: &buffer)
  }
  return buffer.bytes
}

struct WebSocketFrameEncoderTests {
  @Test func `writes the frames of RFC 6455`() {
    let mask = [UInt8](hex: "37 fa 21 3d")
    let hello = [UInt8]("Hello")
    #expect(
      encode(.text, hello, mask: mask) == [UInt8](hex: "81 85 37 fa 21 3d 7f 9f 4d 51 58"))
    #expect(
      encode(.pong, hello, mask: mask) == [UInt8](hex: "8a 85 37 fa 21 3d 7f 9f 4d 51 58"))
    #expect(encode(.ping, [], mask: mask) == [UInt8](hex: "89 80 37 fa 21 3d"))
  }

  @Test(arguments: [
    (0, "80"), (1, "81"), (7, "87"), (8, "88"), (9, "89"), (15, "8f"), (17, "91"), (125, "fd"),
    (126, "fe 00 7e"), (256, "fe 01 00"), (65_535, "fe ff ff"),
    (65_536, "ff 00 00 00 00 00 01 00 00"), (70_003, "ff 00 00 00 00 00 01 11 73"),
  ])
  func `writes the shortest length, and a payload that unmasks to the original`(
    count: Int, length: String
  ) {
    var generator = SeededGenerator(seed: 8)
    let payload = (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
    let mask: [UInt8] = [0xDE, 0xAD, 0x00, 0x7F]
    for start in 0..<3 {
      let frame = encode(.binary, payload, mask: mask, after: [UInt8](repeating: 9, count: start))
      let header = [UInt8](repeating: 9, count: start) + [0x82] + [UInt8](hex: length) + mask
      #expect([UInt8](frame.prefix(header.count)) == header)
      let unmasked = frame.dropFirst(header.count).enumerated().map { $1 ^ mask[$0 % 4] }
      #expect(unmasked == payload)
    }
  }

  @Test func `cuts a control frame at 125 bytes`() {
    let frame = encode(.close, [UInt8](repeating: 1, count: 300), mask: [0, 0, 0, 0])
    #expect(frame.count == 2 + 4 + 125)
    #expect(frame[1] == 0x80 | 125)
  }
}
