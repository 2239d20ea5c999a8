import SparkWire
import Testing

private struct Outcome: Equatable {
  var body = ""
  var rest = ""
  var isComplete = false
  var endIsLegal = false
  var failure: Status?
  var message = ""
}

private typealias Field = (name: String, value: String)

private func head(_ fields: [Field], status: Int = 200) -> HTTPResponseHead {
  HTTPResponseHead(status: status, reason: "", headers: fields)
}

private func decode(_ head: HTTPResponseHead, _ pieces: [[UInt8]]) -> Outcome {
  var outcome = Outcome()
  var input = ByteBuffer()
  var output = ByteBuffer()
  do throws(SparkError) {
    var decoder = try HTTPBodyDecoder(head: head)
    outcome.isComplete = try decoder.decode(&input, into: &output)
    for piece in pieces {
      input.append(piece)
      outcome.isComplete = try decoder.decode(&input, into: &output)
    }
    outcome.endIsLegal = decoder.isCompleteAtEnd()
  } catch {
    outcome.failure = error.status
    outcome.message = error.message
    return outcome
  }
  outcome.body = output.bytes.text
  outcome.rest = input.bytes.text
  return outcome
}

private let chunked = head([(name: "transfer-encoding", value: "Chunked")])

struct HTTPBodyDecoderTests {
  @Test(arguments: [
    ("0\r\n\r\n", "", ""),
    ("5\r\nhello\r\n0\r\n\r\n", "hello", ""),
    ("5\r\nhello\r\n1\r\n!\r\n0\r\n\r\nnext", "hello!", "next"),
    ("a\r\n0123456789\r\n0A\r\nabcdefghij\r\n000\r\n\r\n", "0123456789abcdefghij", ""),
    ("3;x=y\r\nabc\r\n3 ; x=\"a;b\"\t\r\ndef\r\n0;last\r\n\r\n", "abcdef", ""),
    ("2\r\n\r\n\r\n0\r\n\r\n", "\r\n", ""),
    ("1\r\na\r\n0\r\nTrailer: x\r\nOther: y: z\r\n\r\nrest", "a", "rest"),
    ("0000000000000001\r\na\r\n0\r\n\r\n", "a", ""),
  ])
  func `joins chunks`(text: String, body: String, rest: String) {
    let bytes = [UInt8](text)
    let expected = Outcome(body: body, rest: rest, isComplete: true, endIsLegal: true)
    for pieces in [[bytes], bytes.singly] + bytes.splits {
      #expect(decode(chunked, pieces) == expected)
    }
    let short = [UInt8](bytes.prefix(bytes.count - rest.utf8.count - 1))
    let outcome = decode(chunked, [short])
    #expect(!outcome.isComplete)
    #expect(!outcome.endIsLegal)
    #expect(outcome.body == body)
  }

  @Test(arguments: [
    ("\r\n", "begins with the byte 13"), ("g\r\n", "begins with the byte 103"),
    ("-1\r\n", "its size"), (" 1\r\n", "its size"), (";x\r\n", "its size"), ("\n", "its size"),
    ("1x\r\n", "followed by the byte 120"), ("0x1\r\n", "followed by the byte 120"),
    ("1\n", "followed by the byte 10"), ("1 \r\n", "followed by the byte 13"),
    ("1 2\r\n", "followed by the byte 50"), ("1;a\nb\r\n", "contains the byte 10"),
    ("1;a\u{0}\r\n", "contains the byte 0"), ("1\r\r\n", "ends with the byte 13"),
    ("1;a\rb", "ends with the byte 98"), ("1\r\nab", "ends with the byte 98"),
    ("1\r\na\n", "ends with the byte 10"), ("1\r\na\rb", "ends with the byte 98"),
    ("8000000000000000\r\n", "too large"), ("7fffffffffffffff0\r\n", "too large"),
    ("00000000000000001\r\n", "too large"), ("0\r\n\n", "byte 10 in its name"),
    ("0\r\n\rx", "ends with the byte 120"), ("0\r\na: b\n", "contains the byte 10"),
    ("0\r\na: \u{7F}", "contains the byte 127"), ("0\r\na: b\rc", "ends with the byte 99"),
    ("0\r\n: b\r\n\r\n", "byte 58 in its name"), ("0\r\na b: c\r\n", "byte 32 in its name"),
    ("0\r\n\u{80}: b\r\n", "in its name"),
  ])
  func `refuses malformed chunks as soon as it can`(text: String, message: String) {
    let bytes = [UInt8](text)
    let outcome = decode(chunked, [bytes])
    #expect(outcome.failure == .protocol)
    #expect(outcome.message.contains(message), "\(outcome.message)")
    for pieces in [bytes.singly] + bytes.splits { #expect(decode(chunked, pieces) == outcome) }
  }

  @Test func `takes a chunk of any size that fits`() {
    let outcome = decode(chunked, [[UInt8]("7fffffffffffffff\r\nabc")])
    #expect(outcome == Outcome(body: "abc"))
  }

  @Test(arguments: [
    ("1;", " ", "size line", 4_096), ("1 ", " ", "size line", 4_096),
    ("0\r\n", "x", "trailer section", 16_384), ("0\r\na:", " ", "trailer section", 16_384),
    ("0\r\na: b\r\n", "x", "trailer section", 16_384),
  ])
  func `limits what it skips`(start: String, filler: String, part: String, limit: Int) {
    let filling = [UInt8](String(repeating: filler, count: limit + 1))
    let bytes = [UInt8](start) + filling
    #expect(decode(chunked, [[UInt8](bytes.prefix(limit - 10))]) == Outcome())
    let outcome = decode(chunked, [bytes])
    #expect(outcome.failure == .tooLarge)
    #expect(outcome.message.contains("\(part) of a chunked"), "\(outcome.message)")
  }

  @Test func `stops at the Content-Length`() {
    let five = head([(name: "Content-Length", value: "5")])
    let bytes = [UInt8]("hello, world")
    let whole = Outcome(body: "hello", rest: ", world", isComplete: true, endIsLegal: true)
    for pieces in [[bytes], bytes.singly] + bytes.splits { #expect(decode(five, pieces) == whole) }
    #expect(decode(five, [[UInt8]("hell")]) == Outcome(body: "hell"))
  }

  @Test func `reads until the end where no length is given`() {
    let bytes = [UInt8]("hello")
    for pieces in [[bytes], bytes.singly, []] {
      let body = pieces.joined().isEmpty ? "" : "hello"
      #expect(decode(head([]), pieces) == Outcome(body: body, endIsLegal: true))
    }
  }

  @Test(arguments: [100, 101, 103, 199, 204, 304])
  func `expects no body after some statuses`(status: Int) {
    let outcome = decode(
      head([(name: "Content-Length", value: "5")], status: status), [[UInt8]("next")])
    #expect(outcome == Outcome(rest: "next", isComplete: true, endIsLegal: true))
  }

  @Test func `is complete immediately if the length is 0`() {
    let outcome = decode(head([(name: "content-length", value: "0")]), [])
    #expect(outcome == Outcome(isComplete: true, endIsLegal: true))
  }

  @Test(arguments: [
    ([("Content-Length", "5"), ("Content-Length", "5")], "2 Content-Length fields"),
    ([("Content-Length", "5"), ("content-length", "6")], "2 Content-Length fields"),
    ([("Content-Length", "5, 5")], "malformed Content-Length '5, 5'"),
    ([("Content-Length", "")], "malformed"), ([("Content-Length", "+5")], "malformed"),
    ([("Content-Length", "-5")], "malformed"), ([("Content-Length", "5x")], "malformed"),
    ([("Content-Length", "0x5")], "malformed"), ([("Content-Length", "٥")], "malformed"),
    ([("Content-Length", "9223372036854775808")], "malformed"),
    ([("Transfer-Encoding", "chunked"), ("Content-Length", "5")], "both"),
    ([("Transfer-Encoding", ""), ("Content-Length", "5")], "both"),
    ([("Transfer-Encoding", "gzip")], "'gzip'"),
    ([("Transfer-Encoding", "gzip, chunked")], "'gzip, chunked'"),
    ([("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "chunked")], "'chunked, chunked'"),
    ([("Transfer-Encoding", "identity")], "'identity'"), ([("Transfer-Encoding", "")], "''"),
    ([("Transfer-Encoding", "chunked;q=1")], "'chunked;q=1'"),
  ])
  func `refuses a head whose length is not clear`(fields: [(String, String)], message: String) {
    for status in [200, 204, 304] {
      let fields = fields.map { (name: $0.0, value: $0.1) }
      let outcome = decode(head(fields, status: status), [])
      #expect(outcome.failure == .protocol)
      #expect(outcome.message.contains(message), "\(outcome.message)")
    }
  }

  @Test func `mutated bodies fare the same however they are cut`() {
    var generator = SeededGenerator(seed: 4)
    let seed = [UInt8]("5;a=b\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\nA: b\r\nC: d\r\n\r\nrest")
    for _ in 0..<2_000 {
      let bytes = seed.mutated(using: &generator)
      let outcome = decode(chunked, [bytes])
      #expect(decode(chunked, bytes.cutAtRandom(using: &generator)) == outcome, "\(bytes)")
    }
  }
}
