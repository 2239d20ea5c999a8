internal import COpenSSL

/// The opening handshake (RFC 6455, 4).
package enum WebSocketHandshake {
  private static let guid: StaticString = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

  /// Returns the value of `Sec-WebSocket-Key` for 16 random bytes.
  package static func key(random: UnsafeRawBufferPointer) throws(SparkError) -> String {
    try base64(UnsafeRawBufferPointer(rebasing: random.prefix(16)))
  }

  /// Returns the `Sec-WebSocket-Accept` that shows that the server has read the key.
  package static func accept(for key: String) throws(SparkError) -> String {
    var text = ByteBuffer()
    text.append(key)
    text.append(guid)
    guard !text.hasFailed else { throw outOfMemory }
    let bytes = text.readable
    var digest: (UInt64, UInt64, UInt32) = (0, 0, 0)
    try OpenSSLGate.shared.enter()
    defer { OpenSSLGate.shared.leave() }
    let made = withUnsafeMutableBytes(of: &digest) { digest in
      SHA1(
        bytes.baseAddress?.assumingMemoryBound(to: UInt8.self), bytes.count,
        digest.baseAddress?.assumingMemoryBound(to: UInt8.self)) != nil
    }
    guard made else {
      ERR_clear_error()
      throw SparkError(.internal, "OpenSSL could not compute SHA-1")
    }
    return try withUnsafeBytes(of: digest) { digest throws(SparkError) in
      try base64(UnsafeRawBufferPointer(rebasing: digest.prefix(Int(SHA_DIGEST_LENGTH))))
    }
  }

  /// Checks that `head` accepts the upgrade requested with `key`, without an extension or a
  /// subprotocol, since none was offered.
  package static func verify(_ head: HTTPResponseHead, key: String) throws(SparkError) {
    guard head.status == 101 else {
      throw .violation("the server answered the upgrade with HTTP status \(head.status)")
    }
    guard !head.isHTTP10 else {
      throw .violation("the server upgrades with HTTP/1.0, which does not support it")
    }
    let upgrade = head.values("Upgrade")
    guard upgrade.count == 1, upgrade.allSatisfy({ $0.equalsIgnoringCase("websocket") }) else {
      throw .violation("the server's upgrade has \(quoted(upgrade)) for Upgrade, not 'websocket'")
    }
    guard head.hasToken("upgrade", in: "Connection") else {
      throw .violation(
        "the server's upgrade has \(quoted(head.values("Connection"))) for Connection,"
          + " not 'Upgrade'")
    }
    let expected = try accept(for: key)
    let answer = head.values("Sec-WebSocket-Accept")
    guard answer == [expected] else {
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

  private static var outOfMemory: SparkError {
    SparkError(.noMemory, "out of memory during the WebSocket upgrade")
  }

  private static func base64(_ bytes: UnsafeRawBufferPointer) throws(SparkError) -> String {
    var text = ByteBuffer()
    text.appendBase64(bytes)
    guard !text.hasFailed else { throw outOfMemory }
    return String(decoding: text.readable, as: UTF8.self)
  }

  private static func quoted(_ values: [String]) -> String {
    values.isEmpty ? "no value" : "'\(excerpt(values.joined(separator: ", ")))'"
  }
}
