internal import COpenSSL

/// The opening handshake (RFC 6455, 4).
package enum WebSocketHandshake {
  private static let guid: StaticString = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

  /// The value of `Sec-WebSocket-Key` made of 16 random bytes.
  package static func key(random: UnsafeRawBufferPointer) -> String {
    base64(UnsafeRawBufferPointer(rebasing: random.prefix(16)))
  }

  /// The `Sec-WebSocket-Accept` that shows the server has read the key; empty if OpenSSL cannot
  /// do SHA-1.
  package static func accept(for key: String) -> String {
    var text = ByteBuffer()
    text.append(key)
    text.append(guid)
    let bytes = text.readable
    return withUnsafeTemporaryAllocation(byteCount: Int(SHA_DIGEST_LENGTH), alignment: 1) {
      (digest: UnsafeMutableRawBufferPointer) -> String in
      let result = SHA1(
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count,
        digest.baseAddress?.assumingMemoryBound(to: UInt8.self))
      return result == nil ? "" : base64(UnsafeRawBufferPointer(digest))
    }
  }

  /// Checks that `head` accepts the upgrade asked for with `key`, without extension or subprotocol:
  /// none was offered.
  package static func verify(_ head: HTTPResponseHead, key: String) throws(SparkError) {
    guard head.status == 101 else {
      throw .violation("the server answered the upgrade with HTTP status \(head.status)")
    }
    let upgrade = head.values("Upgrade")
    guard upgrade.count == 1, upgrade.allSatisfy({ $0.equalsIgnoringCase("websocket") }) else {
      throw .violation("the server upgrades to \(quoted(upgrade)), not to 'websocket'")
    }
    guard head.hasToken("upgrade", in: "Connection") else {
      throw .violation(
        "the server's upgrade has \(quoted(head.values("Connection"))) for Connection,"
          + " not 'Upgrade'")
    }
    let expected = accept(for: key)
    let answer = head.values("Sec-WebSocket-Accept")
    guard answer == [expected], !expected.isEmpty else {
      throw .violation(
        "the server's upgrade has \(quoted(answer)) for Sec-WebSocket-Accept, not '\(expected)'")
    }
    for field in ["Sec-WebSocket-Extensions", "Sec-WebSocket-Protocol"] {
      guard head.listMembers(field).isEmpty else {
        throw .violation(
          "the server's upgrade has \(quoted(head.values(field))) for \(field), which was not"
            + " asked for")
      }
    }
  }

  private static func base64(_ bytes: UnsafeRawBufferPointer) -> String {
    var text = ByteBuffer()
    text.appendBase64(bytes)
    return String(decoding: text.readable, as: UTF8.self)
  }

  private static func quoted(_ values: [String]) -> String {
    values.isEmpty ? "nothing" : "'\(excerpt(values.joined(separator: ", ")))'"
  }
}
