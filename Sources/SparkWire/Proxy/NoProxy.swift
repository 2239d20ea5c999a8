/// The list of hosts to reach without the proxy, in the form of the environment variable
/// `no_proxy`.
package enum NoProxy {
  /// Whether an entry of `list` covers the server. Entries are separated by commas or spaces: `*`
  /// covers every host; `example.com`, `.example.com` and `*.example.com` cover that host and those
  /// below it; an address covers itself; `10.0.0.0/8` and `fd00::/8` are blocks. A host, or an IPv6
  /// address in brackets, may have a port. A malformed entry covers nothing.
  ///
  /// - Parameter host: as in `ServiceURL`. Only an address can be in a block: names are not looked
  ///   up for this.
  package static func covers(_ list: String, host: String, port: UInt16) -> Bool {
    let address = LiteralAddress(host)?.unmapped
    let isSeparator = { (byte: UInt8) in byte == UInt8(ascii: ",") || byte <= 0x20 }
    return list.utf8.split(whereSeparator: isSeparator).contains {
      covers($0, host: host, address: address, port: port)
    }
  }

  private static func covers(
    _ entry: Substring.UTF8View, host: String, address: LiteralAddress?, port: UInt16
  ) -> Bool {
    if entry.elementsEqual("*".utf8) { return true }
    if let slash = entry.firstIndex(of: UInt8(ascii: "/")) {
      return isBlock(entry[..<slash], entry[slash...].dropFirst(), with: address)
    }
    guard let (name, entryPort) = splitPort(entry), entryPort == nil || entryPort == port else {
      return false
    }
    if let entryAddress = LiteralAddress(String(Substring(name))) {
      return entryAddress.unmapped == address
    }
    return address == nil && isDomain(name, of: host.utf8)
  }

  private static func isBlock(
    _ start: Substring.UTF8View, _ digits: Substring.UTF8View, with address: LiteralAddress?
  ) -> Bool {
    guard let address, let start = LiteralAddress(String(Substring(start))),
      digits.allSatisfy(\.isDigit), let bits = Int(Substring(digits))
    else { return false }
    let unmapped = start.unmapped
    // A block of mapped addresses counts its bits from the front of the IPv6 address.
    return address.agrees(with: unmapped, bits: unmapped == start ? bits : bits - 96)
  }

  /// Returns nil if the port is malformed.
  private static func splitPort(
    _ entry: Substring.UTF8View
  ) -> (name: Substring.UTF8View, port: UInt16?)? {
    if entry.first == UInt8(ascii: "[") {
      let name = entry.dropFirst().prefix { $0 != UInt8(ascii: "]") }
      let rest = entry.dropFirst(name.count + 1)
      if rest.elementsEqual("]".utf8) { return (name, nil) }
      return port(rest.dropFirst()).map { (name, $0) }
    }
    let name = entry.prefix { $0 != UInt8(ascii: ":") }
    let rest = entry.dropFirst(name.count)
    // With a second colon it is an IPv6 address.
    if rest.isEmpty || rest.dropFirst().contains(UInt8(ascii: ":")) { return (entry, nil) }
    return port(rest).map { (name, $0) }
  }

  private static func port(_ text: Substring.UTF8View) -> UInt16? {
    let digits = text.dropFirst()
    guard text.first == UInt8(ascii: ":"), digits.allSatisfy(\.isDigit) else { return nil }
    return UInt16(Substring(digits))
  }

  private static func isDomain(
    _ entry: Substring.UTF8View, of host: String.UTF8View
  ) -> Bool {
    var domain = entry
    if domain.starts(with: "*.".utf8) { domain = domain.dropFirst() }
    if domain.first == UInt8(ascii: ".") { domain = domain.dropFirst() }
    if domain.last == UInt8(ascii: ".") { domain = domain.dropLast() }
    guard !domain.isEmpty, host.count >= domain.count,
      Substring(host.suffix(domain.count)).equalsIgnoringCase(String(Substring(domain)))
    else { return false }
    return host.count == domain.count
      || host.dropLast(domain.count).last == UInt8(ascii: ".")
  }
}
