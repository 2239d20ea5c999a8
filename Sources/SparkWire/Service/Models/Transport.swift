/// How a request is sent; the numbers are those of `sparkchat_transport`.
package enum Transport: Int32, Sendable, CaseIterable {
  /// A signed WebSocket for each request (protocol 2.1, 3.1, 4).
  case webSocket = 1
  /// The OpenAI-shaped endpoint with one bearer secret (protocol 2.6, 6).
  case http = 2

  package var name: StaticString {
    switch self {
    case .webSocket: "WebSocket"
    case .http: "HTTP"
    }
  }

  func scheme(isSecure: Bool) -> String {
    switch self {
    case .webSocket: isSecure ? "wss" : "ws"
    case .http: isSecure ? "https" : "http"
    }
  }
}
