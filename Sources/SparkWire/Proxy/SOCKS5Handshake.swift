/// The dialogue with a SOCKS 5 proxy (RFC 1928), with a login (RFC 1929) if the proxy asks for one.
/// The proxy looks up the server's name.
final class SOCKS5Handshake {
  private enum State {
    case start
    case choosingMethod
    case loggingIn
    case connecting
    case connected
  }

  private enum Method {
    static let none: UInt8 = 0
    static let password: UInt8 = 2
    static let notAcceptable: UInt8 = 0xFF
  }

  private enum AddressType {
    static let ipv4: UInt8 = 1
    static let name: UInt8 = 3
    static let ipv6: UInt8 = 4
  }

  private static let version: UInt8 = 5

  private let proxy: Proxy
  private let host: String
  private let port: UInt16
  private var state = State.start

  init(_ proxy: Proxy, target: ServiceURL) {
    self.proxy = proxy
    host = target.host
    port = target.port
  }

  func advance(
    _ input: inout ByteBuffer, _ output: inout ByteBuffer
  ) throws(SparkError) -> Bool {
    while state != .connected {
      let next: State?
      switch state {
      case .start:
        appendGreeting(to: &output)
        next = .choosingMethod
      case .choosingMethod: next = try takeMethod(&input, &output)
      case .loggingIn: next = try takeLoginAnswer(&input, &output)
      case .connecting, .connected: next = try takeReply(&input)
      }
      guard let next else { return false }
      state = next
    }
    return true
  }

  private func appendGreeting(to output: inout ByteBuffer) {
    let methods = proxy.login == nil ? [Method.none] : [Method.none, Method.password]
    output.append(Self.version)
    output.append(UInt8(methods.count))
    for method in methods { output.append(method) }
  }

  private func takeMethod(
    _ input: inout ByteBuffer, _ output: inout ByteBuffer
  ) throws(SparkError) -> State? {
    try checkVersion(input.readable.first)
    guard let method = input.readable.dropFirst().first else { return nil }
    switch method {
    case Method.none:
      try appendRequest(to: &output)
    case Method.password:
      guard let login = proxy.login else { throw broken("wants a login that was not offered") }
      try appendLogin(login, to: &output)
    case Method.notAcceptable:
      throw proxy.login == nil
        ? refused(
          "requires a user name and a password, or another kind of login",
          hint: "put user name and password into the proxy's URL: socks5://user:password@host:port")
        : refused(
          "requires another kind of login than user name and password",
          hint: "use a proxy that accepts these, or no login")
    default:
      throw broken("chose the login method \(method), which was not offered")
    }
    input.consume(2)
    return method == Method.none ? .connecting : .loggingIn
  }

  private func appendLogin(
    _ login: Proxy.Login, to output: inout ByteBuffer
  ) throws(SparkError) {
    output.append(1 as UInt8)
    for part in [login.user, login.password] {
      output.append(try length(part.count))
      part.withBytes { output.append($0) }
    }
  }

  private func takeLoginAnswer(
    _ input: inout ByteBuffer, _ output: inout ByteBuffer
  ) throws(SparkError) -> State? {
    guard let version = input.readable.first else { return nil }
    // The login has its own version, which some proxies confuse with the protocol's.
    guard version == 1 || version == Self.version else {
      throw broken("answered the login with a version of \(version)")
    }
    guard let status = input.readable.dropFirst().first else { return nil }
    guard status == 0 else {
      throw refused(
        "does not accept the user name and the password",
        hint: "check them; percent-encode special characters in the proxy's URL")
    }
    try appendRequest(to: &output)
    input.consume(2)
    return .connecting
  }

  private func appendRequest(to output: inout ByteBuffer) throws(SparkError) {
    let connect: UInt8 = 1
    for byte in [Self.version, connect, 0] { output.append(byte) }
    if let address = LiteralAddress(host) {
      output.append(address.isIPv6 ? AddressType.ipv6 : AddressType.ipv4)
      for byte in address.bytes { output.append(byte) }
    } else {
      output.append(AddressType.name)
      output.append(try length(host.utf8.count))
      output.append(host)
    }
    withUnsafeBytes(of: port.bigEndian) { output.append($0) }
  }

  private func takeReply(_ input: inout ByteBuffer) throws(SparkError) -> State? {
    let bytes = input.readable
    try checkVersion(bytes.first)
    guard let reply = bytes.dropFirst().first else { return nil }
    // A proxy that refuses may send no more than these bytes.
    guard reply == 0 else { throw SOCKS5Reply.error(reply, proxy: proxy, host: host, port: port) }
    // Skip the address and port that the proxy connected from.
    guard let type = bytes.dropFirst(3).first else { return nil }
    var count = 4 + 2
    switch type {
    case AddressType.ipv4: count += 4
    case AddressType.ipv6: count += 16
    case AddressType.name:
      guard let length = bytes.dropFirst(4).first else { return nil }
      count += 1 + Int(length)
    default: throw broken("answered with the address type \(type)")
    }
    guard bytes.count >= count else { return nil }
    input.consume(count)
    return .connected
  }

  private func checkVersion(_ byte: UInt8?) throws(SparkError) {
    guard let byte, byte != Self.version else { return }
    // HTTP proxies answer the greeting with "HTTP/1.1 400 Bad Request".
    throw byte == UInt8(ascii: "H")
      ? broken("does not speak SOCKS 5", hint: "it seems to be an HTTP proxy: write http://")
      : broken("does not speak SOCKS 5")
  }

  private func length(_ count: Int) throws(SparkError) -> UInt8 {
    guard let length = UInt8(exactly: count) else {
      throw SparkError(
        .invalidArgument, "a SOCKS proxy takes no name or password of more than 255 bytes")
    }
    return length
  }

  private func refused(_ what: String, hint: String) -> SparkError {
    SparkError(.connect, "the proxy \(proxy.authority) \(what)", hint: hint)
  }

  private func broken(
    _ what: String, hint: String = "check the scheme and the port of the proxy's URL"
  ) -> SparkError {
    SparkError(.protocol, "the proxy \(proxy.authority) \(what)", hint: hint)
  }
}
