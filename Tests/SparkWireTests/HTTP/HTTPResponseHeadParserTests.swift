import SparkWire
import Testing

private struct Outcome: Equatable {
  var status = 0
  var reason = ""
  var fields: [String] = []
  /// The length of the head in bytes; nil if it was not complete.
  var length: Int?
  var failure: Status?
  var message = ""
}

private func parse(_ pieces: [[UInt8]], limit: Int = 16_384, maxFields: Int = 100) -> Outcome {
  var parser = HTTPResponseHeadParser(limit: limit, maxFields: maxFields)
  var received: [UInt8] = []
  do throws(SparkError) {
    for piece in pieces {
      received += piece
      // A copy of the exact size, so that the address sanitizer finds reads past its end.
      let input = ByteBuffer(received)
      guard let (head, length) = try parser.parse(input.readable) else { continue }
      return Outcome(
        status: head.status, reason: head.reason,
        fields: head.headers.map { "\($0.name)=\($0.value)" }, length: length)
    }
    return Outcome()
  } catch {
    return Outcome(failure: error.status, message: error.message)
  }
}

private let upgrade = """
  HTTP/1.1 101 Switching Protocols\r
  Upgrade: websocket\r
  connection:Upgrade\r
  Empty:\r
  X-Spaces: \t a  b \t \r
  Upgrade: second\r
  \r\n
  """

struct HTTPResponseHeadParserTests {
  @Test func `reads status, reason and fields, and leaves the body`() {
    let bytes = [UInt8](upgrade + "body")
    let outcome = parse([bytes])
    #expect(
      outcome
        == Outcome(
          status: 101, reason: "Switching Protocols",
          fields: [
            "Upgrade=websocket", "connection=Upgrade", "Empty=", "X-Spaces=a  b", "Upgrade=second",
          ], length: bytes.count - 4))
    for split in bytes.splits { #expect(parse(split) == outcome) }
    #expect(parse(bytes.singly) == outcome)
  }

  @Test(arguments: [
    ("HTTP/1.0 200 OK\r\n\r\n", 200, "OK"), ("HTTP/1.1 200 \r\n\r\n", 200, ""),
    ("HTTP/1.1 407\r\n\r\n", 407, ""), ("HTTP/1.1 999 a b\tc\r\n\r\n", 999, "a b\tc"),
    ("HTTP/1.1 100 é\r\n\r\n", 100, "é"),
  ])
  func `reads a status line`(text: String, status: Int, reason: String) {
    let outcome = parse([[UInt8](text)])
    #expect(outcome.status == status)
    #expect(outcome.reason == reason)
    #expect(outcome.length == text.utf8.count)
  }

  @Test(arguments: [
    ("HTTP/1.1 200 OK\r\n", true), ("HTTP/1.1 200 OK\r\nConnection: x, Close\r\n", false),
    ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n", true),
    ("HTTP/1.0 200 OK\r\n", false), ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n", true),
    // What follows is not HTTP, and the end of a coding in HTTP/1.0 is not known.
    ("HTTP/1.1 101 Hello\r\nUpgrade: x\r\nConnection: upgrade\r\n", false),
    (
      "HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n", false
    ),
    ("HTTP/1.0 503 No\r\nConnection: Keep-Alive\r\ntransfer-encoding:\r\n", false),
  ])
  func `tells whether the connection can be asked again`(text: String, isKept: Bool) throws {
    var parser = HTTPResponseHeadParser()
    let bytes = ByteBuffer([UInt8](text + "\r\n"))
    #expect(try #require(try parser.parse(bytes.readable)).head.keepsConnection == isKept)
  }

  @Test func `finds fields whatever their case`() throws {
    var parser = HTTPResponseHeadParser()
    let text = ByteBuffer(
      [UInt8]("HTTP/1.1 200 OK\r\nA: one, Two\r\na: \t,three\t ,\r\nB: x\r\n\r\n"))
    let head = try #require(try parser.parse(text.readable)).head
    #expect(head.values("A") == ["one, Two", ",three\t ,"])
    #expect(head.first("b") == "x")
    #expect(head.first("c") == nil)
    #expect(head.values("c").isEmpty)
    for token in ["one", "ONE", "two", "Three"] { #expect(head.hasToken(token, in: "a")) }
    for token in ["", "one, Two", "tw", "threee", "x"] { #expect(!head.hasToken(token, in: "a")) }
    // A Kelvin sign is not a K.
    #expect(head.values("\u{212A}").isEmpty)
  }

  @Test func `repairs values that are not UTF-8`() {
    let outcome = parse([[UInt8]("HTTP/1.1 200 OK\r\nA: x") + [0xFF, 0xE4] + [UInt8]("y\r\n\r\n")])
    #expect(outcome.fields == ["A=x\u{FFFD}\u{FFFD}y"])
  }

  @Test(arguments: [
    ("HTTP/2 200 OK\r\n\r\n", "not HTTP/1"), ("SSH-2.0-OpenSSH\r\n", "not HTTP/1"),
    ("http/1.1 200 OK\r\n\r\n", "not HTTP/1"), ("\r\nHTTP/1.1 200 OK\r\n\r\n", "not HTTP/1"),
    ("<html>", "not HTTP/1"), ("\u{15}\u{3}\u{1}", "not HTTP/1"),
    ("HTTP/1.2 200 OK\r\n\r\n", "not HTTP/1.0 or HTTP/1.1: 'HTTP/1.2 200 OK'"),
    ("HTTP/1.10 200 OK\r\n\r\n", "not HTTP/1.0"), ("HTTP/1.\r\n\r\n", "not HTTP/1.0"),
    ("HTTP/1.1\r\n\r\n", "no status"), ("HTTP/1.1 \r\n\r\n", "no status"),
    ("HTTP/1.1 20 OK\r\n\r\n", "no status of three digits: 'HTTP/1.1 20 OK'"),
    ("HTTP/1.1 2000 OK\r\n\r\n", "no status"), ("HTTP/1.1 099 OK\r\n\r\n", "no status"),
    ("HTTP/1.1 +20 OK\r\n\r\n", "no status"), ("HTTP/1.1 2x0 OK\r\n\r\n", "no status"),
    ("HTTP/1.1  200 OK\r\n\r\n", "no status"), ("HTTP/1.1\t200 OK\r\n\r\n", "not HTTP/1.0"),
    ("HTTP/1.1 200 OK\n\r\n", "CR LF"), ("HTTP/1.1 200 OK\r\r\n", "CR LF"),
    ("HTTP/1.1 200 OK\r\nA: b\n\r\n", "CR LF"), ("HTTP/1.1 200 OK\r\nA: b\rc: d\r\n\r\n", "CR LF"),
    ("HTTP/1.1 200 OK\r\n\n", "CR LF"), ("HTTP/1.1 200 OK\r\n\rx", "CR LF"),
    ("HTTP/1.1 200 O\u{0}K\r\n\r\n", "control character 0"),
    ("HTTP/1.1 200 OK\r\nA: b\u{0}c\r\n\r\n", "control character 0"),
    ("HTTP/1.1 200 OK\r\nA: b\u{1B}c\r\n\r\n", "control character 27"),
    ("HTTP/1.1 200 OK\r\nA: b\u{7F}c\r\n\r\n", "control character 127"),
    ("HTTP/1.1 200 OK\r\nA: b\r\n c\r\n\r\n", "continued"),
    ("HTTP/1.1 200 OK\r\nA: b\r\n\tc\r\n\r\n", "continued"),
    ("HTTP/1.1 200 OK\r\n A: b\r\n\r\n", "continued"),
    ("HTTP/1.1 200 OK\r\nA\r\n\r\n", "no colon: 'A'"),
    ("HTTP/1.1 200 OK\r\nA : b\r\n\r\n", "field name: 'A '"),
    ("HTTP/1.1 200 OK\r\n: b\r\n\r\n", "field name: ''"),
    ("HTTP/1.1 200 OK\r\nA(b): c\r\n\r\n", "field name: 'A(b)'"),
    ("HTTP/1.1 200 OK\r\nÄ: c\r\n\r\n", "field name: 'Ä'"),
    ("HTTP/1.1 200 OK\r\nA\u{C2}\u{9B}: c\r\n\r\n", "field name"),
  ])
  func `refuses what is not well-formed`(text: String, message: String) {
    let bytes = [UInt8](text)
    let outcome = parse([bytes])
    #expect(outcome.failure == .protocol)
    #expect(outcome.message.contains(message), "\(outcome.message)")
    #expect(!outcome.message.unicodeScalars.contains { $0.properties.generalCategory == .control })
    #expect(parse(bytes.singly) == outcome)
    for split in bytes.splits { #expect(parse(split) == outcome) }
  }

  @Test(arguments: [
    "X", "HTTX", "HTTP/2", "HTTP/1.1 200 OK\n", "HTTP/1.1 200 OK\rX", "HTTP/1.1 20\r\n",
    "HTTP/1.1 200 OK\r\nA: \u{0}", "HTTP/1.1 200 OK\r\nA\r\n",
  ])
  func `refuses as soon as it can`(text: String) {
    #expect(parse([[UInt8](text.utf8.dropLast())]) == Outcome())
    #expect(parse([[UInt8](text)]).failure == .protocol)
  }

  @Test func `takes a head of the limit and not a byte more`() {
    let bytes = [UInt8]("HTTP/1.1 200 OK\r\nA: bcd\r\n\r\n")
    for pieces in [[bytes], bytes.singly] {
      #expect(parse(pieces, limit: bytes.count).length == bytes.count)
      #expect(parse(pieces, limit: bytes.count - 1).failure == .tooLarge)
      #expect(parse(pieces, limit: 0).failure == .tooLarge)
    }
    // Bytes that reach the limit without an end cannot become a head.
    #expect(parse([[UInt8](bytes.dropLast())], limit: bytes.count - 1).failure == .tooLarge)
    let endless = [UInt8]("HTTP/1.1 200 ") + [UInt8](repeating: 0x61, count: 20_000)
    #expect(parse([endless]).failure == .tooLarge)
    // The limit is for the head, not for what came with it.
    #expect(parse([bytes + endless], limit: bytes.count).length == bytes.count)
  }

  @Test func `takes as many fields as it may`() {
    let fields = {
      [UInt8]("HTTP/1.1 200 OK\r\n" + String(repeating: "A: b\r\n", count: $0) + "\r\n")
    }
    #expect(parse([fields(3)], maxFields: 3).fields.count == 3)
    let outcome = parse([fields(4)], maxFields: 3)
    #expect(outcome.failure == .tooLarge)
    #expect(outcome.message.contains("3 fields"))
    #expect(parse([fields(100)]).fields.count == 100)
    #expect(parse([fields(101)]).failure == .tooLarge)
  }

  @Test func `does not look at finished lines again`() throws {
    var parser = HTTPResponseHeadParser()
    let line = [UInt8]("HTTP/1.1 200 OK\r\n")
    let start = ByteBuffer(line)
    #expect(try parser.parse(start.readable) == nil)
    let rest = ByteBuffer([UInt8]("H") + [UInt8](repeating: 0, count: line.count - 1) + [13, 10])
    let (head, length) = try #require(try parser.parse(rest.readable))
    #expect(head.status == 200)
    #expect(length == line.count + 2)
    // A finished parser returns the same again; one with too few bytes waits.
    #expect(try parser.parse(rest.readable)?.length == length)
    var other = HTTPResponseHeadParser()
    #expect(try other.parse(start.readable) == nil)
    #expect(try other.parse(UnsafeRawBufferPointer(start: nil, count: 0)) == nil)
  }

  @Test func `mutated heads fare the same however they are cut`() {
    var generator = SeededGenerator(seed: 3)
    var failures = 0
    for _ in 0..<1_500 {
      let bytes = [UInt8](upgrade).mutated(using: &generator)
      let outcome = parse([bytes], limit: 150, maxFields: 5)
      if outcome.failure != nil { failures += 1 }
      let pieces = bytes.cutAtRandom(using: &generator)
      #expect(parse(pieces, limit: 150, maxFields: 5) == outcome, "\(bytes)")
    }
    #expect(failures > 300)
  }
}
