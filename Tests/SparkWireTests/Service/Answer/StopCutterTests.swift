import SparkWire
import Testing

/// Returns what passes of a text in pieces, and which sequence has ended it.
private func cut(
  _ pieces: [String], _ sequences: [String]
) throws -> (pieces: [String], found: String?) {
  let cutter = try #require(StopCutter(sequences))
  var passed: [String] = []
  for piece: String? in pieces + [nil] {
    var bytes = Array((piece ?? "").utf8)
    let text = try bytes.withUnsafeMutableBytes { buffer in
      let clear = try cutter.feed(piece == nil ? nil : UnsafeRawBufferPointer(buffer))
      // As C reads it.
      #expect(clear.baseAddress?.load(fromByteOffset: clear.count, as: UInt8.self) == 0)
      return String(decoding: clear, as: UTF8.self)
    }
    passed.append(text)
  }
  return (passed, cutter.found)
}

struct StopCutterTests {
  @Test func `there is none without sequences`() {
    #expect(StopCutter([]) == nil)
  }

  @Test(
    arguments: [
      (["one two three"], ["two"], ["one ", ""], "two"),
      (["one t", "wo three"], ["two"], ["one ", "", ""], "two"),
      (["one t", "en"], ["two"], ["one ", "ten", ""], nil),
      (["one tw"], ["two"], ["one ", "tw"], nil),
      (["on", "e"], ["x"], ["on", "e", ""], nil),
      // The sequence that is complete first; of several, the one that began first.
      (["one two"], ["wo", "two"], ["one ", ""], "two"),
      (["abcd"], ["abcd", "bc"], ["a", ""], "bc"),
      (["ab"], ["abc", "b"], ["a", ""], "b"),
      // Its beginning may repeat.
      (["aaab"], ["aab"], ["a", ""], "aab"),
      (["a", "a", "a", "b"], ["aab"], ["", "", "a", "", ""], "aab"),
      (["abab", "abac"], ["abac"], ["ab", "ab", ""], "abac"),
      (["你", "好，世界"], ["世"], ["你", "好，", ""], "世"),
      // Nothing passes after it.
      (["a|b", "c", "|"], ["|"], ["a", "", "", ""], "|"),
    ] as [([String], [String], [String], String?)])
  func `lets pass what is in front of a sequence`(
    pieces: [String], sequences: [String], passed: [String], found: String?
  ) throws {
    let (texts, sequence) = try cut(pieces, sequences)
    #expect(texts == passed)
    #expect(sequence == found)
  }

  @Test func `however a text is cut, the same passes`() throws {
    var random = SystemRandomNumberGenerator()
    for _ in 0..<500 {
      let text = String((0..<20).map { _ in "ab".randomElement(using: &random) ?? "a" })
      let sequences = (0..<2).map { _ in
        String((0..<Int.random(in: 1...5)).map { _ in "ab".randomElement(using: &random) ?? "a" })
      }
      let whole = try cut([text], sequences)
      let bytewise = try cut(text.map(String.init), sequences)
      #expect(whole.pieces.joined() == bytewise.pieces.joined(), "\(text) \(sequences)")
      #expect(whole.found == bytewise.found)
      #expect((whole.found == nil) == !sequences.contains { text.contains($0) })
    }
  }
}
