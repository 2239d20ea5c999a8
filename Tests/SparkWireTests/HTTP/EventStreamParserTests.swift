import SparkWire
import Testing

/// Returns the data of all events in `text`, which arrives in pieces that end at `cuts`.
private func events(
  _ text: String, cuts: [Int] = [], limit: Int = 1 << 20, isEnd: Bool = true
) throws(SparkError) -> [String] {
  let bytes = [UInt8](text.utf8)
  var parser = EventStreamParser(maxEventSize: limit)
  var input = ByteBuffer()
  var found: [String] = []
  var start = 0
  for end in cuts + [bytes.count] {
    let piece = ByteBuffer(Array(bytes[start..<end]))
    input.append(piece.readable)
    start = end
    while let event = try parser.next(&input) {
      found.append(String(decoding: event, as: UTF8.self))
    }
  }
  while isEnd, let event = try parser.finish(&input) {
    found.append(String(decoding: event, as: UTF8.self))
  }
  return found
}

/// Streams, and the data of their events.
private let streams: [(String, [String])] = [
  ("data:{\"a\":1}\n\ndata:[DONE]\n\n", ["{\"a\":1}", "[DONE]"]),
  ("data: one\r\n\r\ndata: two\r\n\r\n", ["one", "two"]),
  ("data: one\r\rdata:two\r\r", ["one", "two"]),
  // One space belongs to the field, a second one to the data.
  ("data:  x \n\n", [" x "]),
  ("data:a\ndata:b\r\ndata: c\n\n", ["a\nb\nc"]),
  ("data\n\n", []), ("data:\n\ndata:x\n\n", ["x"]), ("data\ndata\n\n", ["\n"]),
  ("data:a\ndata\ndata:b\n\n", ["a\n\nb"]),
  (": keep-alive\n\n\n\r\n\r\ndata:x\n\n: more\n", ["x"]),
  ("event: message\nid: 7\nretry: 10\ndata: x\nother\n\n", ["x"]),
  ("event: error\ndata: {}\n\nevent:\ndata: y\n\n", ["{}", "y"]),
  // Plain words about a failure become a report of it.
  ("event: error\ndata: no \"x\"\ndata: y\n\n", [#"{"error":"no \"x\"\ny"}"#]),
  ("event: error\n\ndata: x\n\n", ["x"]), ("event: error\ndata:\n\n", []),
  ("event: error\ndata: 5", [#"{"error":"5"}"#]),
  // Servers forget the blank lines; data in several lines is one event.
  ("data:{\"a\":1}\ndata:{\"a\":2} \ndata: [DONE]\n", ["{\"a\":1}", "{\"a\":2} ", "[DONE]"]),
  ("data:{}\r\ndata:{}\r\n\r\ndata:{}\rdata:{}", ["{}", "{}", "{}", "{}"]),
  ("event: message\ndata: {}\nevent: message\ndata: {}\n", ["{}", "{}"]),
  (
    "data:{\"a\":[\ndata:{}\ndata:,\ndata:{\ndata:}\ndata:]}\n\n", ["{\"a\":[\n{}\n,\n{\n}\n]}"]
  ),
  // Notices are skipped, unless they hold JSON; a name belongs to one event.
  ("event: progress\ndata: \"step 1\"\n\ndata: x\n\n", ["x"]),
  ("data: thinking\nevent:progress\n\ndata: x\n\n", ["x"]), ("event: n\ndata: 5", []),
  ("event: n\n\ndata: x\n\n", ["x"]), ("event: n\ndata:  {}\n\n", [" {}"]),
  ("event: done\ndata: [DONE]\n\n", ["[DONE]"]),
  ("\u{FEFF}data:x\n\n", ["x"]), ("data:\u{FEFF}x\n\n", ["\u{FEFF}x"]),
  // Names are compared whole, and with case.
  ("datax: no\nDATA: no\ndat: no\n data: no\ndata:yes\n\n", ["yes"]),
  ("\n\n\n", []), ("", []), (":\n", []), ("event: x\n\n", []),
  ("data:你好，世界 😀\n\n", ["你好，世界 😀"]),
  // Servers forget the last blank line, and the last line's end.
  ("data:x\n\ndata:[DONE]\n", ["x", "[DONE]"]), ("data:x\n\ndata: [DONE]", ["x", "[DONE]"]),
  ("data:x\r", ["x"]),
]

struct EventStreamParserTests {
  @Test(arguments: streams)
  func `finds the events`(text: String, data: [String]) throws {
    #expect(try events(text) == data)
  }

  @Test(arguments: streams)
  func `cut anywhere, the events are the same`(text: String, data: [String]) throws {
    let count = text.utf8.count
    for first in 0...count {
      #expect(try events(text, cuts: [first]) == data, "cut at \(first)")
    }
    #expect(try events(text, cuts: Array(0..<count)) == data, "byte by byte")
  }

  @Test func `an event that is not finished stays where it is`() throws {
    #expect(try events("data:x\n\ndata:y\n", isEnd: false) == ["x"])
    #expect(try events("data:y", isEnd: false) == [])
  }

  @Test func `an event that is too large is refused, in one line or many`() {
    let line = "data:" + String(repeating: "x", count: 200)
    for text in [line, line + "\n\n", String(repeating: "data:xxxxxxxxx\n", count: 30)] {
      let error = failure { () throws(SparkError) in _ = try events(text, limit: 100) }
      #expect(error?.status == .tooLarge)
    }
    // A comment counts as well: it would fill memory in the same way.
    let comment = failure { () throws(SparkError) in
      _ = try events(":" + String(repeating: "x", count: 200), limit: 100)
    }
    #expect(comment?.status == .tooLarge)
  }

  /// Whether a line begins an event must not cost as much as all lines before it.
  @Test(.timeLimit(.minutes(1)), arguments: ["data: \n", "data:{\n"])
  func `many lines of one event cost no more each than few`(line: String) throws {
    let blanks = "data:" + String(repeating: " ", count: 500_000) + "\n"
    let found = try events(blanks + String(repeating: line, count: 60_000) + "\n")
    #expect(found.count == 1)
  }

  @Test func `many events cost no more each than few`() throws {
    var parser = EventStreamParser(maxEventSize: 1000)
    var input = ByteBuffer()
    let piece = ByteBuffer([UInt8]("data:{\"content\":\"x\"}\n\n".utf8))
    for _ in 0..<10_000 {
      input.append(piece.readable)
      #expect(try parser.next(&input)?.count == 15)
    }
    #expect(try parser.next(&input) == nil)
    let isEmpty = input.isEmpty
    #expect(isEmpty)
  }
}

/// Returns the messages in a body that arrives in one piece, or byte by byte.
private func messages(
  _ body: String, byteByByte: Bool, limit: Int = 1 << 20
) throws(SparkError) -> [String] {
  var parser = AnswerBodyParser(maxMessageSize: limit)
  var input = ByteBuffer()
  var found: [String] = []
  for bytes in byteByByte ? body.utf8.map({ [$0] }) : [[UInt8](body.utf8)] {
    let piece = ByteBuffer(bytes)
    input.append(piece.readable)
    while let message = try parser.next(&input, isComplete: false) {
      found.append(String(decoding: message, as: UTF8.self))
    }
  }
  while let message = try parser.next(&input, isComplete: true) {
    found.append(String(decoding: message, as: UTF8.self))
  }
  return found
}

struct AnswerBodyParserTests {
  @Test(
    arguments: [
      ("<html>", "text/html", true), ("\n <p>", "application/json", true),
      ("Hello", "text/html", true),
      ("", "text/html", true), ("", "", false), ("{}", "text/html", false), ("Hello", "", false),
      ("\u{FEFF}{}", "text/html; charset=utf-8", false), ("data: {}", "text/html", false),
      ("event: x", "text/html", false), ("no", "application/json", false),
      ("<", "text/event-stream", false),
    ] as [(String, String, Bool)])
  func `tells an answer from a page by what it is`(body: String, type: String, isPage: Bool) {
    for count in 0...body.utf8.count {
      var parser = AnswerBodyParser(maxMessageSize: 100)
      parser.expect(type: type)
      var input = ByteBuffer()
      let (first, rest) = (Array(body.utf8.prefix(count)), Array(body.utf8.dropFirst(count)))
      for (piece, isLast) in [(first, false), (rest, true)] {
        let piece = ByteBuffer(piece)
        input.append(piece.readable)
        let found = parser.isPage(&input, isComplete: isLast)
        #expect(found == isPage || (found == nil && !isLast))
      }
    }
  }

  @Test(
    arguments: [
      ("data:{}\n\ndata:[DONE]\n\n", ["{}", "[DONE]"]),
      ("\n\r\n : x\ndata:{}\n\n", ["{}"]),
      // A document ends like a stream.
      ("{\"code\":0}", ["{\"code\":0}", "[DONE]"]),
      ("\n\n \r\n{\"code\":0}\n", ["{\"code\":0}\n", "[DONE]"]),
      ("\u{FEFF}{\"code\":0}", ["{\"code\":0}", "[DONE]"]),
      ("\r\n\u{FEFF}{}", ["{}", "[DONE]"]), ("\u{FEFF}data:{}\n\n", ["{}"]), ("\u{FEFF}", []),
      ("", []), ("\n\n\n", []), ("<html>", ["<html>", "[DONE]"]), ("[1]", ["[1]", "[DONE]"]),
      // Whatever its type: a text may begin like a field.
      ("datacenter down", ["datacenter down", "[DONE]"]), ("d", ["d", "[DONE]"]),
      ("error: busy", ["error: busy", "[DONE]"]), ("retry:5\ndata:{}\n\n", ["{}"]),
      (":\n\ndata:{}\n\n", ["{}"]), ("event: x\ndata:{}\n\n", ["{}"]), ("id:1\ndata:{}", ["{}"]),
      // Found by fuzzing: a blank that arrived alone made a difference.
      (" \u{FEFF}data:{}\n\n", ["{}"]), (" data:{}\n\n", ["{}"]),
    ] as [(String, [String])])
  func `tells a stream from a document`(body: String, expected: [String]) throws {
    for byteByByte in [false, true] {
      let found = try messages(body, byteByByte: byteByByte)
      #expect(found.map { $0.trimmed } == expected.map { $0.trimmed }, "\(byteByByte)")
    }
  }

  @Test func `a document that is too large is refused`() {
    let error = failure { () throws(SparkError) in
      _ = try messages("{" + String(repeating: " ", count: 200), byteByByte: true, limit: 100)
    }
    #expect(error?.status == .tooLarge)
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
