import Testing

@testable import SparkWire

private func read(_ body: String) throws(SparkError) -> (numbers: [Float], sid: String?) {
  var reader = AnswerReader(transport: .http, isEmbedding: true)
  var bytes = Array(body.utf8)
  let result = bytes.withUnsafeMutableBytes { bytes in
    Result { () throws(SparkError) in try reader.read(bytes) }
  }
  let (hasEvents, isFinished) = (reader.hasEvents, reader.isFinished)
  #expect(!hasEvents)
  if case .success = result { #expect(isFinished) } else { #expect(!isFinished) }
  _ = try result.get()
  return (reader.vector.map { Array($0.numbers) } ?? [], reader.sid?.string)
}

private func answer(_ text: String) -> String {
  #"{"header":{"code":0,"message":"success","sid":"emb1@dx2"},"payload":{"feature":{"text":"\#(text)"}}}"#
}

struct EmbeddingAnswerTests {
  // 0.25; -1.5; 3; the least number above 0; the largest.
  @Test(
    arguments: [
      ("AACAPg==", [0.25]), ("AADAvwAAQEA=", [-1.5, 3]),
      ("AQAAAP//f38=", [0x1p-149, .greatestFiniteMagnitude]),
      (#"AQAAAP\/\/f38="#, [0x1p-149, .greatestFiniteMagnitude]),
      (#"\u0041ACAPg=="#, [0.25]), ("AACAPgAAgD4AAIA+", [0.25, 0.25, 0.25]),
    ] as [(String, [Float])])
  func `reads the numbers of the service`(text: String, numbers: [Float]) throws {
    let found = try read(answer(text))
    #expect(found.numbers == numbers)
    #expect(found.sid == "emb1@dx2")
  }

  @Test(arguments: [
    #"{"payload":{"feature":{"seq":"0","text":"AACAPg==","x":{}},"y":[1]},"header":{"sid":"s"}}"#,
    #" { "sid" : "s", "payload" : { "feature" : { "text" : "AACAPg==" } } } "#,
    #"{"code":"0","sid":"s","payload":{"feature":{"text":"AAAA","text":"AACAPg=="}}}"#,
    #"{"header":{"code":0.0,"sid":"s"},"payload":{"feature":null,"feature":{"text":"AACAPg=="}}}"#,
  ])
  func `members come in any order`(body: String) throws {
    let found = try read(body)
    #expect(found.numbers == [0.25])
    #expect(found.sid == "s")
  }

  @Test(arguments: [
    ("", "0 bytes"), ("AAA=", "2 bytes"), ("AAAAAAA=", "5 bytes"), ("AACAPg", "Base64"),
    ("AACA-g==", "Base64"), ("AA==AAAAAAAAAAA=", "Base64"), ("    AACAPgAAgD4A", "Base64"),
    (#"AACAPgAAgD4A\n\n\n\n"#, "Base64"), ("====", "Base64"), ("你好你好AAAA", "Base64"),
    (#"AACA\u0000g=="#, "Base64"), (#"\ud83dACAPg=="#, "Base64"),
    // Not a number, and infinite.
    ("AADAfw==", "finite"), ("AACAPgAAgH8=", "finite"), ("AACAPgAAgP8=", "finite"),
  ])
  func `refuses what is no vector`(text: String, words: String) {
    let error = failure { () throws(SparkError) in _ = try read(answer(text)) }
    #expect(error?.status == .protocol)
    #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
  }

  @Test(
    arguments: [
      (
        #"{"header":{"code":11202,"message":"too fast","sid":"emb1"}}"#, Status.rateLimited, 11202,
        "emb1"
      ),
      (
        #"{"header":{"code":"10907","message":"long"},"payload":{"feature":{"text":"AACAPg=="}}}"#,
        .contextLength, 10907, nil
      ),
      (#"{"code":11200,"message":"no","sid":"s"}"#, .permission, 11200, "s"),
      (
        #"{"error":{"code":10310,"message":"later"},"header":{"sid":"s"}}"#, .overloaded, 10310, nil
      ),
      (#"{"header":{"code":true,"message":"odd"}}"#, .service, 0, nil),
      (#"{"message":"HMAC signature does not match"}"#, .auth, 0, nil),
      (#"{"error":"no"}"#, .service, 0, nil),
    ] as [(String, Status, Int32, String?)])
  func `tells failures, in whatever shape`(
    body: String, status: Status, code: Int32, sid: String?
  ) {
    let error = failure { () throws(SparkError) in _ = try read(body) }
    #expect(error?.status == status)
    #expect(error?.serviceCode == code)
    #expect(error?.sid == sid)
  }

  @Test(arguments: [
    "", "[]", "1", "{}", #"{"header":{}}"#, #"{"payload":[]}"#, #"{"payload":{"feature":{}}}"#,
    #"{"payload":{"feature":{"text":[0.25]}}}"#, #"{"payload":{"text":"AACAPg=="}}"#,
    #"{"header":{"code":0,"message":"success"}}"#, answer("AACAPg==") + "{}",
    String(answer("AACAPg==").dropLast()),
  ])
  func `refuses what holds none`(body: String) {
    let error = failure { () throws(SparkError) in _ = try read(body) }
    #expect(error?.status == .protocol)
  }

  @Test func `it makes no difference where a body is cut`() throws {
    let whole = answer("AADAvwAAQEA=")
    for cut in 0...whole.utf8.count {
      var parser = AnswerBodyParser(maxMessageSize: 1000, endsDocuments: false)
      var reader = AnswerReader(transport: .http, isEmbedding: true)
      var body = ByteBuffer()
      var messages = 0
      for (piece, isComplete) in [
        (whole.utf8.prefix(cut), false), (whole.utf8.dropFirst(cut), true),
      ] {
        body.append(String(piece) ?? "")
        while let message = try parser.next(&body, isComplete: isComplete) {
          messages += 1
          try reader.read(message)
        }
      }
      #expect(messages == 1)
      let numbers = reader.vector.map { Array($0.numbers) }
      #expect(numbers == [-1.5, 3])
    }
  }
}
