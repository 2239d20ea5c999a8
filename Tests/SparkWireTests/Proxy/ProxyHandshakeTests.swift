import SparkWire
import Testing

/// What a broken or hostile proxy may send. `ProxyDialogue` looks for credentials in each error.
struct ProxyHandshakeTests {
  private static let cases: [(proxy: String, answers: [UInt8])] = [
    (
      "http://\(ProxyDialogue.login)@proxy",
      [UInt8]("HTTP/1.1 100 \r\n\r\nHTTP/1.1 200 OK\r\nVia: YWxpY2U6aHVudGVyMg==\r\n\r\nserved")
    ),
    (
      "http://\(ProxyDialogue.login)@proxy",
      [UInt8]("HTTP/1.1 407 alice hunter2\r\nProxy-Authenticate: Digest x=hunter2\r\n\r\nalice")
    ),
    (
      "socks5://\(ProxyDialogue.login)@proxy",
      [5, 2, 1, 0, 5, 0, 0, 3, 7] + [UInt8]("hunter2") + [0, 0, 0x16, 0x03]
    ),
    ("socks5://\(ProxyDialogue.login)@proxy", [5, 0, 5, 0, 0, 1, 1, 2, 3, 4, 5, 6, 0x16]),
  ]

  @Test(arguments: 0..<4)
  func `mutated answers fare the same however they are cut`(number: Int) throws {
    let (proxy, seed) = Self.cases[number]
    var generator = SeededGenerator(seed: UInt64(30 + number))
    var failures = 0
    for _ in 0..<2_000 {
      let bytes = seed.mutated(using: &generator)
      let outcome = try ProxyDialogue.run(proxy, [bytes])
      if outcome.failure != nil { failures += 1 }
      var cut = try ProxyDialogue.run(proxy, bytes.cutAtRandom(using: &generator))
      // After a failure, no more is read.
      if outcome.failure != nil { cut.rest = outcome.rest }
      if cut != outcome { Issue.record("\(bytes)") }
    }
    #expect(failures > 100)
  }

  @Test(arguments: ["http", "socks5"])
  func `random bytes fare the same however they are cut`(scheme: String) throws {
    var generator = SeededGenerator(seed: 40)
    let starts: [[UInt8]] =
      scheme == "http"
      ? [[], [UInt8]("HTTP/1.1 "), [UInt8]("HTTP/1.1 200 ")]
      : [[], [5], [5, 0], [5, 0, 5, 0, 0], [5, 2, 1]]
    let proxy = "\(scheme)://\(ProxyDialogue.login)@proxy"
    for _ in 0..<2_000 {
      let count = Int.random(in: 0...40, using: &generator)
      var bytes = starts.randomElement(using: &generator) ?? []
      bytes += (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
      let outcome = try ProxyDialogue.run(proxy, [bytes])
      var cut = try ProxyDialogue.run(proxy, bytes.singly)
      if outcome.failure != nil { cut.rest = outcome.rest }
      if cut != outcome { Issue.record("\(bytes)") }
    }
  }
}
