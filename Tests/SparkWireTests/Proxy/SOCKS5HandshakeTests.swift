import SparkWire
import Testing

private let anonymous = "socks5://proxy"
private let known = "socks5://\(ProxyDialogue.login)@proxy"
private let loginBytes: [UInt8] = [1, 5] + [UInt8]("alice") + [7] + [UInt8]("hunter2")
private let request: [UInt8] = [5, 1, 0, 3, 13] + [UInt8]("spark.example") + [0x01, 0xBB]
private let bound: [UInt8] = [0, 1, 0, 0, 0, 0, 0, 0]

struct SOCKS5HandshakeTests {
  @Test func `connects without a login`() throws {
    let outcome = try ProxyDialogue.run(anonymous, [[5, 0], [5, 0] + bound])
    #expect(outcome == ProxyOutcome(isConnected: true, sent: [5, 1, 0] + request))
  }

  @Test func `offers a login and is not asked for it`() throws {
    let outcome = try ProxyDialogue.run(known, [[5, 0], [5, 0] + bound])
    #expect(outcome == ProxyOutcome(isConnected: true, sent: [5, 2, 0, 2] + request))
  }

  @Test(arguments: [1, 5] as [UInt8])
  func `logs in`(version: UInt8) throws {
    let outcome = try ProxyDialogue.run(known, [[5, 2], [version, 0], [5, 0] + bound])
    #expect(outcome == ProxyOutcome(isConnected: true, sent: [5, 2, 0, 2] + loginBytes + request))
  }

  @Test func `sends nothing before it is asked to`() throws {
    #expect(try ProxyDialogue.run(known, []).sent == [5, 2, 0, 2])
    #expect(try ProxyDialogue.run(known, [[5], [2]]).sent == [5, 2, 0, 2] + loginBytes)
    #expect(try ProxyDialogue.run(known, [[5]]).sent == [5, 2, 0, 2])
  }

  @Test(arguments: [
    ("ws://spark.example:8080/", "03 0d 73706172 6b2e6578 616d706c 65 1f90"),
    ("ws://192.0.2.1/", "01 c0000201 0050"),
    ("wss://[2001:db8::1]", "04 20010db8" + "00000000 00000000 00000001 01bb"),
  ])
  func `sends names as names and addresses as addresses`(url: String, address: String) throws {
    let outcome = try ProxyDialogue.run(anonymous, to: url, [[5, 0], [5, 0] + bound])
    #expect(outcome.sent == [5, 1, 0] + [5, 1, 0] + [UInt8](hex: address))
  }

  @Test(arguments: [254, 255])
  func `sends a login of full length`(count: Int) throws {
    let text = String(repeating: "x", count: count)
    let outcome = try ProxyDialogue.run("socks5://\(text):\(text)@proxy", [[5, 2]])
    let part = [UInt8(count)] + [UInt8](text)
    #expect(outcome.sent == [5, 2, 0, 2, 1] + part + part)
    let empty = try ProxyDialogue.run("socks5://u@proxy", [[5, 2]])
    #expect(empty.sent == [5, 2, 0, 2, 1, 1] + [UInt8]("u") + [0])
  }

  @Test(arguments: [
    bound, [0, 4] + [UInt8](repeating: 9, count: 18), [0, 3, 0, 1, 2],
    [0, 3, 255] + [UInt8](repeating: 5, count: 257), [7, 1, 0, 0, 0, 0, 0, 0],
  ])
  func `takes any bound address, and leaves what the server says`(tail: [UInt8]) throws {
    let answers: [UInt8] = [5, 2, 1, 0, 5, 0] + tail
    let served: [UInt8] = [5, 0x16, 0x03]
    let whole = try ProxyDialogue.run(known, [answers + served])
    #expect(whole.isConnected)
    #expect(whole.rest == served)
    for split in (answers + served).splits {
      #expect(try ProxyDialogue.run(known, split) == whole)
    }
    #expect(try ProxyDialogue.run(known, (answers + served).singly) == whole)
    let unfinished = try ProxyDialogue.run(known, answers.dropLast().map { [$0] })
    #expect(!unfinished.isConnected && unfinished.failure == nil)
  }

  @Test(
    arguments: [
      (1, true, "general"), (2, false, "not allowed"), (3, true, "network"), (4, true, "host"),
      (5, true, "refused"), (6, true, "timed out"), (7, false, "connections"),
      (8, false, "address"),
      (9, false, "unknown reply 9"), (255, false, "unknown reply 255"),
    ] as [(UInt8, Bool, String)])
  func `tells a refusal`(code: UInt8, retryable: Bool, message: String) throws {
    // Some proxies send no address after a refusal.
    for tail in [[], bound] {
      let error = try #require(
        try ProxyDialogue.run(anonymous, [[5, 0], [5, code] + tail]).failure)
      #expect(error.status == .connect)
      #expect(error.retryable == retryable)
      #expect(error.message.contains("proxy:1080"))
      #expect(error.message.contains("spark.example:443"))
      #expect(error.message.contains(message), "\(error.message)")
      #expect(!error.hint.isEmpty)
    }
  }

  @Test(
    arguments: [
      (anonymous, [5, 0xFF], "requires a user name"), (known, [5, 0xFF], "another kind"),
      (known, [5, 2, 1, 1], "does not accept"), (known, [5, 2, 1, 0xFF], "does not accept"),
    ] as [(String, [UInt8], String)])
  func `tells why the login failed`(proxy: String, answer: [UInt8], message: String) throws {
    for split in answer.splits + [answer.singly] {
      let error = try #require(try ProxyDialogue.run(proxy, split).failure)
      #expect(error.status == .connect)
      #expect(!error.retryable)
      #expect(error.message.contains(message), "\(error.message)")
    }
  }

  @Test(
    arguments: [
      (anonymous, [4], "SOCKS 5"), (anonymous, [0], "SOCKS 5"), (anonymous, [0x48], "SOCKS 5"),
      (anonymous, [5, 2], "not offered"), (anonymous, [5, 1], "method 1"),
      (known, [5, 3], "method 3"),
      (known, [5, 2, 0], "version of 0"), (known, [5, 2, 2, 0], "version of 2"),
      (known, [5, 2, 1, 0, 1], "SOCKS 5"), (anonymous, [5, 0, 4, 0], "SOCKS 5"),
      (anonymous, [5, 0, 5, 0, 0, 0], "address type 0"), (anonymous, [5, 0, 5, 0, 0, 2], "type 2"),
      (anonymous, [5, 0, 5, 0, 0, 5], "type 5"), (anonymous, [5, 0, 5, 0, 0, 255], "type 255"),
    ] as [(String, [UInt8], String)])
  func `refuses what is not SOCKS`(proxy: String, answer: [UInt8], message: String) throws {
    let error = try #require(try ProxyDialogue.run(proxy, [answer]).failure)
    #expect(error.status == .protocol)
    #expect(error.message.contains(message), "\(error.message)")
    #expect(error.message.contains("proxy:1080"))
    #expect(!error.retryable)
  }

  @Test func `knows an HTTP proxy`() throws {
    let answer = [UInt8]("HTTP/1.1 400 Bad Request\r\n\r\n")
    let error = try #require(try ProxyDialogue.run(known, [answer]).failure)
    #expect(error.hint.contains("http://"))
  }
}
