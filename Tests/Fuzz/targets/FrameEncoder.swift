import SparkWire

/// Our own frames: decoded by hand, they contain the payload.
func frameEncoder(_ bytes: Bytes) {
  guard bytes.count >= 6 else { return }
  let mask = bytes.loadUnaligned(as: UInt32.self)
  guard let opcode = WebSocketOpcode(rawValue: bytes[4] & 0xF) else { return }
  var payload = [UInt8](bytes[5...])
  // Some are longer, so that all encodings of the length occur.
  if bytes[4] & 0x10 != 0 { payload += [UInt8](repeating: 0x2A, count: Int(bytes[5]) * 300) }
  var buffer = ByteBuffer()
  payload.withUnsafeBytes {
    WebSocketFrameEncoder.append(opcode: opcode, payload: $0, mask: mask, to: &buffer)
  }
  if opcode.isControl { payload = Array(payload.prefix(125)) }
  let frame = [UInt8](buffer.readable)
  expect(frame[0] == 0x80 | opcode.rawValue, "the first byte is \(frame[0])")
  var length = Int(frame[1] & 0x7F)
  var start = 2
  if length >= 126 {
    let size = length == 126 ? 2 : 8
    length = frame[2..<(2 + size)].reduce(0) { $0 << 8 | Int($1) }
    expect(length > (size == 2 ? 125 : 0xFFFF), "\(length) takes \(size) bytes")
    start += size
  }
  expect(frame[1] & 0x80 != 0, "not masked")
  expect(length == payload.count && frame.count == start + 4 + length, "the length is \(length)")
  let key = frame[start..<(start + 4)]
  expect(key.elementsEqual(withUnsafeBytes(of: mask) { Array($0) }), "another mask")
  for (index, byte) in frame[(start + 4)...].enumerated() {
    expect(byte ^ key[start + index % 4] == payload[index], "byte \(index) is another one")
  }
}
