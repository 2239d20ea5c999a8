import SparkWire

/// A text as a JSON string, without its quotation marks. However it is split into messages, even between
/// the halves of a character, it stays the same.
func surrogates(_ bytes: Bytes) {
  let letters = letters(of: bytes)
  guard String(validating: bytes, as: UTF8.self) != nil, !letters.contains([UInt8(ascii: "\"")]),
    let whole = answer([ArraySlice(bytes)], member: "content", .webSocket)
  else { return }
  for seed in 0..<4 as Range<UInt64> {
    let pieces = joined(letters, seed)
    for transport in Transport.allCases {
      for member in ["content", "reasoning_content"] {
        let text = answer(pieces, member: member, transport)
        expect(text == whole, "whole: \(whole)\ncut into \(pieces.count): \(text ?? "refused")")
      }
    }
  }
}

/// Returns the text of messages with these pieces; nil if one is refused.
private func answer(
  _ pieces: [ArraySlice<UInt8>], member: String, _ transport: Transport
) -> String? {
  var reader = AnswerReader(transport: transport)
  var text = ""
  for (index, piece) in pieces.enumerated() {
    let isLast = index == pieces.count - 1
    let (front, back) =
      transport == .http
      ? ("{\"choices\":[{\"delta\":{\"\(member)\":\"", "\"}}]}")
      : (
        "{\"payload\":{\"choices\":{\"text\":[{\"\(member)\":\"",
        "\"}]}},\"header\":{\"status\":\(isLast ? 2 : 1)}}"
      )
    var messages = [Array(front.utf8) + piece + Array(back.utf8)]
    if isLast, transport == .http { messages.append(Array("[DONE]".utf8)) }
    for var message in messages {
      let isRead = message.withUnsafeMutableBytes { message in
        let failure = failure { () throws(SparkError) in try reader.read(message) }
        while let event = reader.nextEvent() {
          switch event {
          case .text(let piece), .reasoning(let piece): text += checked(piece)
          default: fatalError("another event")
          }
        }
        return failure == nil
      }
      guard isRead else { return nil }
    }
  }
  expect(reader.isFinished, "no end")
  return text
}

/// Splits a text into characters and escapes.
private func letters(of bytes: Bytes) -> [[UInt8]] {
  var letters: [[UInt8]] = []
  var rest = bytes[...]
  while let first = rest.first {
    var count = 1
    if first == UInt8(ascii: "\\") {
      count = rest.dropFirst().first == UInt8(ascii: "u") ? 6 : 2
    } else {
      count += rest.dropFirst().prefix { $0 & 0xC0 == 0x80 }.count
    }
    letters.append([UInt8](rest.prefix(count)))
    rest = rest.dropFirst(count)
  }
  return letters
}

/// Joins letters into pieces, some of them empty. With a seed of 0, each letter is its own piece.
private func joined(_ letters: [[UInt8]], _ seed: UInt64) -> [ArraySlice<UInt8>] {
  var state = seed
  var pieces: [ArraySlice<UInt8>] = []
  var rest = letters[...]
  repeat {
    state = state &* 0x5851_F42D_4C95_7F2D &+ 0x1405_7B7E_F767_814F
    let count = seed == 0 ? 1 : Int((state >> 33) % 5)
    pieces.append(ArraySlice(rest.prefix(count).joined()))
    rest = rest.dropFirst(count)
  } while !rest.isEmpty
  return pieces
}
