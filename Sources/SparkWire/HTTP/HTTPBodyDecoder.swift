/// Finds the body of an HTTP/1 response in the bytes of the connection.
///
/// Every call appends at most as many bytes as it consumes.
package struct HTTPBodyDecoder {
  private enum Framing {
    case length(remaining: Int)
    case chunked(ChunkedDecoder)
    case untilClose
  }

  private var framing: Framing

  /// Throws if the head gives the length twice or in an unknown way: a wrong guess would mix up
  /// responses.
  package init(head: HTTPResponseHead) throws(SparkError) {
    let codings = head.listMembers("Transfer-Encoding")
    let hasCoding = head.first("Transfer-Encoding") != nil
    let lengths = head.values("Content-Length")
    if hasCoding {
      guard lengths.isEmpty else {
        throw .violation("the HTTP response has both a Content-Length and a Transfer-Encoding")
      }
      guard codings.count == 1, let coding = codings.first, coding.equalsIgnoringCase("chunked")
      else {
        let names = excerpt(codings.joined(separator: ", "))
        throw .violation("the HTTP response has the unknown Transfer-Encoding '\(names)'")
      }
      framing = .chunked(ChunkedDecoder())
    } else if let length = lengths.first {
      guard lengths.count == 1 else {
        throw .violation("the HTTP response has \(lengths.count) Content-Length fields")
      }
      // `Int.init` alone would accept a sign.
      guard length.utf8.allSatisfy(\.isDigit), let count = Int(length) else {
        throw .violation("the HTTP response has the malformed Content-Length '\(excerpt(length))'")
      }
      framing = .length(remaining: count)
    } else {
      framing = .untilClose
    }
    // These have no body, whatever the fields say. The fields must be valid nevertheless: the
    // connection may be reused.
    if (100...199).contains(head.status) || head.status == 204 || head.status == 304 {
      framing = .length(remaining: 0)
    }
  }

  /// Consumes from `input`, appends decoded bytes to `output`; returns true once the body is
  /// complete. Bytes after the body stay in `input`.
  package mutating func decode(
    _ input: inout ByteBuffer, into output: inout ByteBuffer
  ) throws(SparkError) -> Bool {
    switch framing {
    case .length(let remaining):
      let count = min(remaining, input.count)
      Self.move(count, from: &input, to: &output)
      framing = .length(remaining: remaining - count)
      return remaining == count
    case .chunked(var decoder):
      defer { framing = .chunked(decoder) }
      return try decoder.decode(&input, into: &output)
    case .untilClose:
      Self.move(input.count, from: &input, to: &output)
      return false
    }
  }

  /// True if only the end of the connection ends the body.
  package var endsWithConnection: Bool {
    if case .untilClose = framing { true } else { false }
  }

  /// Returns whether the body is complete if the connection ends here.
  package func isCompleteAtEnd() -> Bool {
    switch framing {
    case .length(let remaining): remaining == 0
    case .chunked(let decoder): decoder.isComplete
    case .untilClose: true
    }
  }

  static func move(_ count: Int, from input: inout ByteBuffer, to output: inout ByteBuffer) {
    output.append(UnsafeRawBufferPointer(rebasing: input.readable.prefix(count)))
    input.consume(count)
  }
}
