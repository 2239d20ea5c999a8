import SparkWire

/// The answer to an upgrade; the key is the example of RFC 6455, 1.3.
func handshake(_ bytes: Bytes) {
  var reader = HTTPHeadReader()
  var input = ByteBuffer()
  input.append(bytes)
  _ = failure { () throws(SparkError) in
    guard let head = try reader.next(&input) else { return }
    try WebSocketHandshake.verify(head, key: "dGhlIHNhbXBsZSBub25jZQ==")
    expect(head.status == 101, "accepted with status \(head.status)")
    expect(head.values("Sec-WebSocket-Accept") == ["s3pPLMBiTxaQ9kYGzzhZRbK+xOo="], "accepted")
    expect(head.listMembers("Sec-WebSocket-Extensions").isEmpty, "an extension")
  }
}
