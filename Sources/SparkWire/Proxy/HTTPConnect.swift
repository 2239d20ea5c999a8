/// The CONNECT request to an HTTP proxy (RFC 9110, 9.3.6).
final class HTTPConnect {
  private enum State {
    case start
    case waiting
    case connected
  }

  private static let maxInterimResponses = 8

  private let proxy: Proxy
  private let target: String
  private var state = State.start
  private var parser = HTTPResponseHeadParser()
  private var interimResponses = 0

  init(_ proxy: Proxy, target: ServiceURL) {
    self.proxy = proxy
    self.target = Proxy.authority(target.host, target.port)
  }

  func advance(
    _ input: inout ByteBuffer, _ output: inout ByteBuffer
  ) throws(SparkError) -> Bool {
    while true {
      switch state {
      case .start:
        appendRequest(to: &output)
        state = .waiting
      case .waiting:
        guard let (head, length) = try parse(input.readable) else { return false }
        state = try judge(head)
        parser = HTTPResponseHeadParser()
        // A success has no body, whatever its fields say: what follows comes from the server.
        input.consume(length)
      case .connected:
        return true
      }
    }
  }

  private func appendRequest(to output: inout ByteBuffer) {
    output.append("CONNECT ")
    output.append(target)
    output.append(" HTTP/1.1\r\nHost: ")
    output.append(target)
    output.append("\r\nUser-Agent: ")
    output.append(Version.userAgent)
    if let login = proxy.login {
      var pair = ByteBuffer(wiping: true)
      login.user.withBytes { pair.append($0) }
      pair.append(UInt8(ascii: ":"))
      login.password.withBytes { pair.append($0) }
      output.append("\r\nProxy-Authorization: Basic ")
      output.appendBase64(pair.readable)
    }
    output.append("\r\n\r\n")
  }

  /// Replaces the parser's messages: they quote the response, and a proxy may repeat the request.
  private func parse(
    _ bytes: UnsafeRawBufferPointer
  ) throws(SparkError) -> (head: HTTPResponseHead, length: Int)? {
    do throws(SparkError) {
      return try parser.parse(bytes)
    } catch {
      // The status tells why the proxy refuses, even if the rest of its head is malformed.
      if let head = parser.head, head.status >= 300 { throw refused(head) }
      let what = error.status == .tooLarge ? "has a head that is too large" : "is not HTTP/1"
      throw SparkError(
        error.status, "the response of the proxy \(proxy.authority) \(what)",
        hint: "check the scheme and the port of the proxy's URL")
    }
  }

  private func judge(_ head: HTTPResponseHead) throws(SparkError) -> State {
    switch head.status {
    case 200..<300: return .connected
    case 101:
      throw SparkError(
        .protocol,
        "the proxy \(proxy.authority) switches to another protocol, which was not requested",
        hint: "check the scheme and the port of the proxy's URL")
    case 100..<200:
      interimResponses += 1
      guard interimResponses <= Self.maxInterimResponses else {
        throw SparkError(
          .protocol,
          "the proxy \(proxy.authority) sends too many interim responses",
          hint: "check the scheme and the port of the proxy's URL")
      }
      return .waiting
    default:
      throw refused(head)
    }
  }

  private func refused(_ head: HTTPResponseHead) -> SparkError {
    let (reason, hint) = explanation(head)
    var error = SparkError(
      .connect,
      "the proxy \(proxy.authority) refused the connection to \(target) with HTTP status"
        + " \(head.status)\(reason)",
      hint: hint, retryable: head.status == 429 || (500..<600).contains(head.status))
    error.httpDetails = SparkError.HTTPErrorDetails(httpStatus: Int32(clamping: head.status))
    return error
  }

  private func explanation(_ head: HTTPResponseHead) -> (reason: String, hint: String) {
    switch head.status {
    case 407 where !offersBasic(head):
      (
        ": it requires another kind of login than user name and password",
        "only Basic authentication is supported; use a proxy, or a port of it, that accepts it"
      )
    case 407 where proxy.login == nil:
      (
        ": it requires a user name and a password",
        "put them into the proxy's URL: http://user:password@host:port"
      )
    // A wrong password is also 407, but 401 from tinyproxy.
    case 401, 407:
      (
        ": it does not accept the user name and the password",
        "check them; percent-encode special characters in the proxy's URL"
      )
    case 403:
      ("", "ask the proxy's administrator to allow this server and port")
    case 300..<400:
      ("", "the proxy redirects, perhaps to a login page; redirects are not followed")
    case 405, 501:
      ("", "the proxy does not support CONNECT: check the proxy's URL")
    case 429:
      ("", "too many connections; wait and try again")
    case 502, 504:
      ("", "the proxy could not reach the server: check the URL's host and port")
    case 500..<600:
      ("", "the proxy failed; try again")
    default:
      ("", "check the proxy's URL, and that it is an HTTP proxy that allows CONNECT")
    }
  }

  /// A proxy that names no kind of login may accept Basic.
  private func offersBasic(_ head: HTTPResponseHead) -> Bool {
    let challenges = head.listMembers("Proxy-Authenticate")
    return challenges.isEmpty
      || challenges.contains {
        Substring($0.utf8.prefix { !$0.isBlank }).equalsIgnoringCase("Basic")
      }
  }
}
