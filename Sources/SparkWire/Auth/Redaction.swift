extension Credentials {
  /// In a text that was cut, this many bytes identify a secret.
  private static let prefixLength = 10

  /// Redacts all texts of `error`: a server may quote the request in any of them.
  package func redact(_ error: SparkError) -> SparkError {
    var error = error
    error.message = redact(error.message)
    error.hint = redact(error.hint)
    error.sid = error.sid.map { excerpt(redact($0), limit: 128) }
    if var refusal = error.httpDetails {
      refusal.serverDate = refusal.serverDate.map(redact)
      error.httpDetails = refusal
    }
    return error
  }

  /// Returns `text` without key, secret and signature. A server that refuses a request may repeat
  /// it.
  package func redact(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for secret in secrets where secret.count >= 8 {
      // Do not copy the secret: a copy would not be wiped.
      bytes = secret.withBytes { secret in
        Self.replace(secret, atLeast: min(secret.count, Self.prefixLength), in: bytes) { _ in 0 }
      }
    }
    let parameter = Array("authorization=".utf8)
    bytes = Self.replace(parameter, atLeast: parameter.count, in: bytes) { rest in
      rest.prefix { byte in byte > 0x20 && byte != UInt8(ascii: "&") && byte != UInt8(ascii: "\"") }
        .count
    }
    let signature = Array("signature=".utf8)
    bytes = Self.replace(signature, atLeast: signature.count, in: bytes) { rest in
      let quotes = rest.prefix { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
      return quotes.count + rest.dropFirst(quotes.count).prefix(while: Self.isEncoded).count
    }
    let start = Self.startOfAuthorization
    bytes = Self.replace(start, atLeast: start.count, in: bytes) { rest in
      rest.prefix(while: Self.isEncoded).count
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `api_key="` in Base64, with which every signature begins, however it is quoted.
  private static let startOfAuthorization = Array("YXBpX2tleT0i".utf8)

  /// Whether a byte may be part of Base64, percent-encoded or not.
  private static func isEncoded(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"),
      UInt8(ascii: "="), UInt8(ascii: "%"):
      true
    default: false
    }
  }

  /// Replaces each `pattern`, or its first bytes if there are at least `least`, and as many of the
  /// following bytes as `extra` returns.
  private static func replace(
    _ pattern: some Collection<UInt8>, atLeast least: Int, in text: [UInt8],
    extra: (ArraySlice<UInt8>) -> Int
  ) -> [UInt8] {
    var result: [UInt8] = []
    var rest = text[...]
    while let first = rest.first {
      let length = commonLength(rest, pattern)
      if length >= least {
        rest = rest.dropFirst(length)
        rest = rest.dropFirst(extra(rest))
        result.append(contentsOf: "[redacted]".utf8)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }

  private static func commonLength(
    _ one: some Collection<UInt8>, _ other: some Collection<UInt8>
  ) -> Int {
    var length = 0
    for (a, b) in zip(one, other) {
      guard a == b else { break }
      length += 1
    }
    return length
  }
}
