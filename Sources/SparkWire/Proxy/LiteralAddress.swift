internal import Glibc

/// A literal IP address: 4 or 16 bytes.
struct LiteralAddress: Equatable {
  let bytes: [UInt8]

  var isIPv6: Bool { bytes.count == 16 }

  /// Returns nil if `text` is not an address. An IPv6 address has no brackets and no zone.
  init?(_ text: String) {
    var ipv4 = in_addr()
    var ipv6 = in6_addr()
    if inet_pton(AF_INET, text, &ipv4) == 1 {
      bytes = withUnsafeBytes(of: ipv4) { Array($0) }
    } else if inet_pton(AF_INET6, text, &ipv6) == 1 {
      bytes = withUnsafeBytes(of: ipv6) { Array($0) }
    } else {
      return nil
    }
  }

  private init(bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The IPv4 address in `::ffff:192.0.2.1`; any other address unchanged.
  var unmapped: LiteralAddress {
    let prefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]
    return isIPv6 && bytes.starts(with: prefix) ? Self(bytes: Array(bytes.suffix(4))) : self
  }

  /// Whether the first `count` bits of both are the same.
  func agrees(with other: LiteralAddress, bits count: Int) -> Bool {
    guard bytes.count == other.bytes.count, count >= 0, count <= bytes.count * 8 else {
      return false
    }
    var rest = count
    for (ours, theirs) in zip(bytes, other.bytes) where rest > 0 {
      let mask: UInt8 = 0xFF << (8 - min(rest, 8))
      guard ours & mask == theirs & mask else { return false }
      rest -= 8
    }
    return true
  }
}
