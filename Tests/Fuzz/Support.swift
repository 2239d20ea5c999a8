import SparkWire

typealias Bytes = UnsafeRawBufferPointer

/// Ends the run if a condition does not hold.
func expect(_ condition: Bool, _ what: @autoclosure () -> String) {
  if !condition { fatalError(what()) }
}

/// Fails if `run` returns another result for the bytes in pieces than for all of them together.
func expectSame<Outcome: Equatable>(_ bytes: Bytes, _ run: ([Bytes]) -> Outcome) {
  let whole = run([bytes])
  let pieces = cut(bytes)
  let other = run(pieces)
  expect(other == whole, "whole: \(whole)\ncut into \(pieces.map(\.count)): \(other)")
  guard bytes.count <= 256 else { return }
  let single = run(bytes.indices.map { Bytes(rebasing: bytes[$0..<($0 + 1)]) })
  expect(single == whole, "whole: \(whole)\nbyte by byte: \(single)")
}

/// Splits the bytes into pieces, depending only on the bytes, so that a crash can be reproduced. Some
/// pieces are empty.
private func cut(_ bytes: Bytes) -> [Bytes] {
  var state = bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
  var pieces: [Bytes] = []
  var rest = bytes[...]
  while !rest.isEmpty {
    state = state &* 0x5851_F42D_4C95_7F2D &+ 0x1405_7B7E_F767_814F
    let most: UInt64 = state >> 63 == 0 ? 5 : 60
    let count = Int((state >> 33) % most)
    pieces.append(Bytes(rebasing: rest.prefix(count)))
    rest = rest.dropFirst(count)
  }
  return pieces
}

/// Returns the error that `body` throws; nil if it throws none.
func failure(of body: () throws(SparkError) -> Void) -> SparkError? {
  do throws(SparkError) {
    try body()
    return nil
  } catch {
    checkText(of: error)
    return error
  }
}

/// Checks that message and hint of an error are each one line of limited length.
func checkText(of error: SparkError) {
  for text in [error.message, error.hint] {
    expect(text.utf8.count <= 1500, "an error of \(text.utf8.count) bytes")
    expect(!text.utf8.contains { $0 < 0x20 || $0 == 0x7F }, "a control character: \(text)")
  }
}

extension Proxy {
  init(_ text: String) throws(SparkError) {
    self = try [UInt8](text.utf8).withUnsafeBytes { url in
      Result { () throws(SparkError) in try Proxy(url) }
    }.get()
  }
}

/// Returns the text in `bytes`; checks that it is UTF-8 and followed by a NUL, which does not count.
func checked(_ bytes: Bytes) -> String {
  expect(bytes.baseAddress?.load(fromByteOffset: bytes.count, as: UInt8.self) == 0, "no NUL")
  guard let text = String(validating: bytes, as: UTF8.self) else { fatalError("no UTF-8") }
  return text
}

extension UnsafeRawBufferPointer {
  var text: String { String(decoding: self, as: UTF8.self) }

  /// Returns at most `count` parts, separated by bytes of 0x1E (the record separator).
  func parts(_ count: Int) -> [Bytes] {
    split(separator: 0x1E, maxSplits: count - 1, omittingEmptySubsequences: false)
      .map { Bytes(rebasing: $0) }
  }
}
