import Testing

@testable import SparkWire

/// Messages that are not JSON, and their errors.
struct AnswerReaderBrokenTests {
  /// The messages that are JSON; the others are refused in any case.
  private static let messages =
    ServiceAnswers.frames.joined().map { (Transport.webSocket, $0) }
    + ServiceAnswers.completions.joined().map { (.http, $0) }

  private static var wholeMessages: [(Transport, [UInt8])] {
    messages.compactMap { transport, message in
      let bytes = [UInt8](message)
      return (try? Document(bytes).skip()) == nil ? nil : (transport, bytes)
    }
  }

  @Test func `every beginning of a message is refused`() {
    for (transport, message) in Self.wholeMessages {
      for count in 0..<message.count {
        let answer = Answer([[UInt8](message[..<count])], over: transport)
        #expect(answer.failure?.status == .protocol, "\(message.text): \(count) bytes")
        #expect(answer.pieces.isEmpty && !answer.isFinished && answer.sid == nil)
      }
    }
  }

  @Test func `a raw NUL anywhere in a message is refused`() {
    for (transport, message) in Self.wholeMessages {
      for place in 0...message.count {
        let changed = message[..<place] + [0] + message[place...]
        let answer = Answer([[UInt8](changed)], over: transport)
        #expect(answer.failure?.status == .protocol, "at \(place)")
        #expect(answer.pieces.isEmpty)
      }
    }
  }

  @Test func `a raw NUL is refused in what the host hands in`() {
    let document = [UInt8](#"{"a":[1,-0.5,true,false,null,"x",{}],"b":2}"#)
    for place in 0...document.count {
      let changed = [UInt8](document[..<place] + [0] + document[place...]).text
      let extra = failure { () throws(SparkError) in
        var request = ChatRequest()
        try request.setExtra(changed)
      }
      let parameters = failure { () throws(SparkError) in
        var request = ChatRequest()
        try request.addTool("f", parameters: changed)
      }
      let history = failure { () throws(SparkError) in
        let text = ByteBuffer([UInt8](changed))
        _ = try History(parsing: text.readable)
      }
      for error in [extra, parameters, history] {
        #expect(error?.status == .invalidArgument, "at \(place)")
        #expect(error?.message.contains("invalid JSON: ") == true, "\(error?.message ?? "")")
      }
    }
  }

  @Test(arguments: [
    (#"{"header":{"message":"\n\u4f60\ud83d\ude00"},"x":01}"#, 50, "a digit is out of place"),
    (#"{"header":{"message":"a\"b","sid":"\u0041"} "payload":{}}"#, 44, "a comma or a closing"),
    (#"{"pay\u006coad":{"choices":{"text":[{"content":"\\"}]}}"#, 55, "it ends too early"),
    (#"{"payload":{"choices":{"text":[{"content":"\t\x"}]}}}"#, 45, "this escape is not known"),
    (#"nonsense"#, 0, "a value is expected"),
    (#"{"a":"\u4f60"}}"#, 14, "nothing is expected after"),
  ])
  func `says what is wrong, where, and what came as it came`(
    message: String, place: Int, what: String
  ) {
    for transport in Transport.allCases {
      let error = Answer([[UInt8](message)], over: transport).failure
      #expect(error?.status == .protocol)
      #expect(error?.message.hasPrefix("invalid JSON: \(what)") == true, "\(error?.message ?? "")")
      #expect(
        error?.message.hasSuffix(" (byte \(place)); it begins with '\(message)'") == true,
        "\(error?.message ?? "")")
    }
  }

  @Test func `shows no more than the beginning`() {
    let message = #"{"header":{"message":"\u4f60\n"},"x":"\#(String(repeating: "y", count: 999))"#
    let error = Answer(message).failure
    #expect(error?.message.contains("(byte \(message.utf8.count))") == true)
    #expect(error?.message.contains(String(message.prefix(60))) == true, "\(error?.message ?? "")")
    #expect(error?.message.contains(String(message.prefix(90))) == false)
  }

  @Test func `the error of one message says nothing of the next`() {
    var reader = AnswerReader()
    for message in [#"{"header":{"a":"\n"x}}"#, #"{"payload":5x}"#] {
      let input = ByteBuffer([UInt8](message))
      let error = failure { () throws(SparkError) in try reader.read(input.mutable) }
      #expect(error?.message.hasSuffix("it begins with '\(message)'") == true)
    }
  }
}
