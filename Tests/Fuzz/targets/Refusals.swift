import SparkWire

/// A refusal, over both transports.
func refusal(_ bytes: Bytes) {
  for (transport, isSigned) in [(Transport.webSocket, true), (.http, true), (.http, false)] {
    var reader = HTTPHeadReader()
    var input = ByteBuffer()
    input.append(bytes)
    _ = failure { () throws(SparkError) in
      guard let head = try reader.next(&input) else { return }
      var refusal = ErrorBodyReader(head)
      _ = refusal.read(&input)
      let error = refusal.error(
        over: transport, isSigned: isSigned, ourUnixSeconds: 1_736_150_400
      ) { $0 }
      checkText(of: error)
      expect(error.httpDetails?.httpStatus == Int32(head.status), "another status")
      expect((error.httpDetails?.body?.unicodeScalars.count ?? 0) <= 8192, "a body without end")
    }
  }
}
