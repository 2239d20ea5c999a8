extension Credentials {
  /// `text` without key, secret and signature. A server that refuses a request may repeat it.
  package func redact(_ text: String) -> String {
    var bytes = Array(text.utf8)
    for secret in secrets where secret.count >= 8 {
      // Not from a copy, which nobody would wipe.
      bytes = secret.withBytes { Self.replace($0, in: bytes) { _ in 0 } }
    }
    bytes = Self.replace(Array("authorization=".utf8), in: bytes) { rest in
      rest.prefix { byte in byte > 0x20 && byte != UInt8(ascii: "&") && byte != UInt8(ascii: "\"") }
        .count
    }
    bytes = Self.replace(Self.startOfAuthorization, in: bytes) { rest in
      rest.prefix(while: Self.isEncoded).count
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `api_key="` in Base64: what every signature that we send begins with, however it is quoted.
  private static let startOfAuthorization = Array("YXBpX2tleT0i".utf8)

  /// Base64, escaped or not.
  private static func isEncoded(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "/"),
      UInt8(ascii: "="), UInt8(ascii: "%"):
      true
    default: false
    }
  }

  /// Replaces each `pattern`, and as many of the bytes behind it as `extra` says.
  private static func replace(
    _ pattern: some Collection<UInt8>, in text: [UInt8], extra: (ArraySlice<UInt8>) -> Int
  ) -> [UInt8] {
    var result: [UInt8] = []
    var rest = text[...]
    while let first = rest.first {
      if rest.starts(with: pattern) {
        rest = rest.dropFirst(pattern.count)
        rest = rest.dropFirst(extra(rest))
        result.append(contentsOf: "[redacted]".utf8)
      } else {
        result.append(first)
        rest = rest.dropFirst()
      }
    }
    return result
  }
}
