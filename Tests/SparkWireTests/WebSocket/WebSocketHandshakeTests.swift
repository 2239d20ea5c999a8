import SparkWire
import Testing

private let key = "dGhlIHNhbXBsZSBub25jZQ=="
private let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

private func head(
  status: Int = 101, replacing name: String = "", by values: [String] = []
) -> HTTPResponseHead {
  let fields = [
    ("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept),
  ]
  return HTTPResponseHead(
    status: status, reason: "",
    headers: fields.filter { $0.0 != name }.map { (name: $0.0, value: $0.1) }
      + values.map { (name: name, value: $0) })
}

private func verify(_ head: HTTPResponseHead) -> SparkError? {
  failure { () throws(SparkError) in try WebSocketHandshake.verify(head, key: key) }
}

struct WebSocketHandshakeTests {
  @Test func `computes the accept of RFC 6455`() throws {
    #expect(try WebSocketHandshake.accept(for: key) == accept)
    #expect(
      try WebSocketHandshake.accept(for: "x3JJHMbDL1EzLkh9GBhXDw==")
        == "HSmrc0sMlYUkAGmm5OPpG2HaGWk=")
  }

  @Test func `makes a key of 16 bytes`() throws {
    #expect(try [UInt8]("the sample nonce").withUnsafeBytes(WebSocketHandshake.key) == key)
    #expect(try [UInt8]("the sample nonce and more").withUnsafeBytes(WebSocketHandshake.key) == key)
    #expect(
      try [UInt8](repeating: 0xFF, count: 16).withUnsafeBytes(WebSocketHandshake.key)
        == "/////////////////////w==")
  }

  @Test(arguments: [
    ("", []), ("Upgrade", ["WebSocket"]), ("Connection", ["keep-alive, upgrade"]),
    ("Connection", ["keep-alive", "UPGRADE"]), ("Server", ["x"]), ("Sec-WebSocket-Protocol", [""]),
    ("Sec-WebSocket-Extensions", ["", ","]),
  ])
  func `accepts`(name: String, values: [String]) {
    #expect(verify(head(replacing: name, by: values)) == nil)
  }

  @Test func `refuses an upgrade of HTTP 1.0, which has none`() {
    var old = head()
    old.isHTTP10 = true
    #expect(verify(old)?.status == .protocol)
    #expect(verify(old)?.message.contains("HTTP/1.0") == true)
  }

  @Test(arguments: [
    ("Upgrade", [], "no value for Upgrade"), ("Upgrade", ["h2c"], "'h2c' for Upgrade, not"),
    ("Upgrade", ["websocket, h2c"], "for Upgrade"),
    ("Upgrade", ["websocket", "websocket"], "for Upgrade"),
    ("Connection", [], "no value for Connection"),
    ("Connection", ["close"], "'close' for Connection"),
    ("Connection", ["upgraded"], "'upgraded' for Connection"),
    ("Sec-WebSocket-Accept", [], "no value for Sec-WebSocket-Accept, not '\(accept)'"),
    ("Sec-WebSocket-Accept", [""], "'' for Sec-WebSocket-Accept"),
    ("Sec-WebSocket-Accept", [accept.lowercased()], "for Sec-WebSocket-Accept"),
    ("Sec-WebSocket-Accept", [String(accept.dropLast())], "for Sec-WebSocket-Accept"),
    ("Sec-WebSocket-Accept", [accept, accept], "for Sec-WebSocket-Accept"),
    (
      "Sec-WebSocket-Extensions", ["permessage-deflate"],
      "'permessage-deflate' for Sec-WebSocket-Ext"
    ),
    ("Sec-WebSocket-Extensions", ["", "x"], "for Sec-WebSocket-Extensions"),
    ("Sec-WebSocket-Protocol", ["chat"], "'chat' for Sec-WebSocket-Protocol"),
    ("Upgrade", ["a\u{9B}31m\u{2028}"], "'a\u{FFFD}31m\u{FFFD}'"),
    ("Upgrade", [String(repeating: "x", count: 5_000)], "xxx...'"),
  ])
  func `refuses, saying what it got`(name: String, values: [String], message: String) throws {
    let error = try #require(verify(head(replacing: name, by: values)))
    #expect(error.status == .protocol)
    #expect(error.message.contains(message), "\(error.message)")
    #expect(error.message.utf8.count < 250)
  }

  @Test func `refuses another status`() throws {
    let error = try #require(verify(head(status: 200)))
    #expect(error.message.contains("status 200"))
  }
}
