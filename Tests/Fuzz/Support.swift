import SparkWire

typealias Bytes = UnsafeRawBufferPointer

/// Ends the run where something does not hold.
func expect(_ condition: Bool, _ what: @autoclosure () -> String) {
  if !condition { fatalError(what()) }
}

/// Fails where `run` makes something else of the bytes when they come in pieces.
func expectSame<Outcome: Equatable>(_ bytes: Bytes, _ run: ([Bytes]) -> Outcome) {
  let whole = run([bytes])
  let pieces = cut(bytes)
  let other = run(pieces)
  expect(other == whole, "whole: \(whole)\ncut into \(pieces.map(\.count)): \(other)")
  guard bytes.count <= 256 else { return }
  let single = run(bytes.indices.map { Bytes(rebasing: bytes[$0..<($0 + 1)]) })
  expect(single == whole, "whole: \(whole)\nbyte by byte: \(single)")
}

/// Pieces that depend on the bytes alone, so that a crash happens again. Some are empty.
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

/// What `body` throws; nil if it does not.
func failure(of body: () throws(SparkError) -> Void) -> SparkError? {
  do throws(SparkError) {
    try body()
    return nil
  } catch {
    checkText(of: error)
    return error
  }
}

/// Message and hint of an error are one line, and not without end.
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

/// The text in `bytes`, which is UTF-8 and has a NUL behind it that does not count.
func checked(_ bytes: Bytes) -> String {
  expect(bytes.baseAddress?.load(fromByteOffset: bytes.count, as: UInt8.self) == 0, "no NUL")
  guard let text = String(validating: bytes, as: UTF8.self) else { fatalError("no UTF-8") }
  return text
}

extension UnsafeRawBufferPointer {
  var text: String { String(decoding: self, as: UTF8.self) }

  /// The parts between bytes of 0x1E (the record separator), at most `count`.
  func parts(_ count: Int) -> [Bytes] {
    split(separator: 0x1E, maxSplits: count - 1, omittingEmptySubsequences: false)
      .map { Bytes(rebasing: $0) }
  }
}
