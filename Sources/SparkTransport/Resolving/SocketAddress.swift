internal import Glibc

/// An address to connect to.
struct SocketAddress: Sendable {
  private let storage: sockaddr_storage
  private let length: socklen_t

  init?(_ info: addrinfo) {
    guard let address = info.ai_addr,
      Int(info.ai_addrlen) <= MemoryLayout<sockaddr_storage>.size
    else { return nil }
    var storage = sockaddr_storage()
    withUnsafeMutableBytes(of: &storage) {
      $0.copyMemory(from: UnsafeRawBufferPointer(start: address, count: Int(info.ai_addrlen)))
    }
    self.storage = storage
    length = info.ai_addrlen
  }

  var family: Int32 { Int32(storage.ss_family) }

  func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    withUnsafePointer(to: storage) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0, length) }
    }
  }

  /// The numeric address without its port.
  var description: String {
    var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let failed = withPointer { address, length in
      getnameinfo(address, length, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST)
    }
    guard failed == 0 else { return "an address" }
    return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }
}

extension [SocketAddress] {
  /// Returns the addresses with alternating families, starting with the system's first choice
  /// (RFC 8305, section 4).
  func interleaved() -> [SocketAddress] {
    guard let first else { return [] }
    let preferred = filter { $0.family == first.family }
    let other = filter { $0.family != first.family }
    var result: [SocketAddress] = []
    for index in 0..<Swift.max(preferred.count, other.count) {
      if index < preferred.count { result.append(preferred[index]) }
      if index < other.count { result.append(other[index]) }
    }
    return result
  }
}
