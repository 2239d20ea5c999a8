import SparkWire

/// Decodes bytes with the library, so that other decoders can be compared with it.
///
/// Each line of the input is a format, `websocket`, `events`, `http` or `json`, and the pieces of the
/// bytes, in hexadecimal, separated by commas. Each line of the output is the result, separated by
/// spaces; it ends with `failed` if the bytes broke the rules.
@main
struct Pipe {
  private static let decoders: [Substring: @Sendable ([[UInt8]]) -> [String]] = [
    "websocket": webSocket, "events": events, "http": http, "json": json,
  ]

  static func main() {
    while let line = readLine() {
      let words = line.split(separator: " ", omittingEmptySubsequences: false)
      guard words.count == 2, let decode = decoders[words[0]] else {
        print("unknown")
        continue
      }
      print(decode(words[1].split(separator: ",").map(bytes)).joined(separator: " "))
    }
  }
}

private func webSocket(_ pieces: [[UInt8]]) -> [String] {
  var decoder = WebSocketDecoder(maxMessageSize: 1 << 20)
  var found = collect(pieces) { input, found throws(SparkError) in
    while let message = try decoder.next(&input) { found.append(describe(message)) }
  }
  if decoder.failureCode != 0 { found.append("\(decoder.failureCode)") }
  return found
}

private func describe(_ message: WebSocketMessage) -> String {
  switch message {
  case .text(let text): "text:\(hex(text))"
  case .binary(let bytes): "binary:\(hex(bytes))"
  case .ping(let payload): "ping:\(hex(payload))"
  case .pong(let payload): "pong:\(hex(payload))"
  case .close(let code, let reason): "close:\(code ?? 1005):\(hex(Array(reason.utf8)))"
  }
}

private func events(_ pieces: [[UInt8]]) -> [String] {
  var parser = EventStreamParser(maxEventSize: 1 << 20)
  return collect(pieces) { input, found throws(SparkError) in
    while let event = try parser.next(&input) { found.append("data:\(hex(event))") }
  }
}

private func http(_ pieces: [[UInt8]]) -> [String] {
  var reader = HTTPHeadReader()
  var decoder: HTTPBodyDecoder?
  var body = ByteBuffer()
  var isComplete = false
  var found = collect(pieces) { input, found throws(SparkError) in
    if decoder == nil, let head = try reader.next(&input) {
      found.append("status:\(head.status)")
      decoder = try HTTPBodyDecoder(head: head)
    }
    if decoder != nil, !isComplete {
      isComplete = try decoder?.decode(&input, into: &body) ?? false
    }
  }
  guard found.last != "failed" else { return found }
  found.append("body:\(hex(body.readable))")
  if isComplete || decoder?.isCompleteAtEnd() ?? false { found.append("complete") }
  return found
}

/// Gives the pieces to `take`, one after the other, until it throws.
private func collect(
  _ pieces: [[UInt8]],
  _ take: (inout ByteBuffer, inout [String]) throws(SparkError) -> Void
) -> [String] {
  var found: [String] = []
  var input = ByteBuffer()
  for piece in pieces {
    piece.withUnsafeBytes { input.append($0) }
    do throws(SparkError) {
      try take(&input, &found)
    } catch {
      return found + ["failed"]
    }
  }
  return found
}

func hex(_ bytes: some Sequence<UInt8>) -> String {
  bytes.map { byte in String(byte >> 4, radix: 16) + String(byte & 15, radix: 16) }.joined()
}

private func bytes(_ hex: Substring) -> [UInt8] {
  let digits = hex.compactMap(\.hexDigitValue)
  return stride(from: 0, to: digits.count - 1, by: 2).map {
    UInt8(digits[$0] << 4 | digits[$0 + 1])
  }
}
