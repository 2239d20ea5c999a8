extension SparkError {
  /// Adds what to do if the address may be to blame: its scheme, its domain, its plan.
  ///
  /// - Parameter speaksScheme: Whether the server has sent something that fits the URL's scheme.
  package mutating func addHint(at endpoint: Endpoint, speaksScheme: Bool = false) {
    addSchemeHint(at: endpoint.url, isRight: speaksScheme)
    guard !endpoint.isEmbedding else { return addEmbeddingHint() }
    addDomainHint(at: endpoint)
    addHint(at: endpoint.url)
  }

  /// Gives the hints for embeddings, instead of those about models (protocol 3.8).
  private mutating func addEmbeddingHint() {
    switch serviceCode {
    case 11200, 11201:
      hint =
        "the app may not use embeddings, or has used them up: they are granted separately from chat, in the"
        + " console"
    default:
      guard status == .contextLength else { return }
      hint = "the service takes about 2,000 tokens: split the text, and embed the parts"
    }
  }

  /// A TLS server answers plain text with an alert, or closes; an HTTP server's response does not
  /// look like TLS.
  private mutating func addSchemeHint(at url: ServiceURL, isRight: Bool) {
    let other = url.transport.scheme(isSecure: !url.isSecure)
    if url.isSecure {
      guard status == .tls, hint == Self.plainServerHint else { return }
      append(hint: "\(other):// connects without encryption")
    } else if speaksTLS || (wasHungUp && !isRight) {
      append(hint: "if the server expects TLS at this port, use \(other)://")
    }
  }

  /// The hint if the server does not speak TLS.
  package static let plainServerHint = "the server does not seem to speak TLS at this port"

  /// Several servers report this over HTTP.
  private var speaksTLS: Bool {
    guard let details = httpDetails, details.httpStatus == 400 else { return false }
    return details.body?.mentions("HTTPS") ?? false
  }

  /// The server closed the connection before it answered.
  private var wasHungUp: Bool {
    guard httpDetails == nil, serviceCode == 0, phase == .upgrade || phase == .firstToken else {
      return false
    }
    return [.io, .truncated, .handshake, .protocol].contains(status)
  }

  /// Names the domain if the service says that it is wrong: at a gateway, it could not be checked
  /// before.
  private mutating func addDomainHint(at endpoint: Endpoint) {
    guard serviceCode == 10003 else { return }
    append(hint: "the domain is \"\(excerpt(endpoint.domain))\"")
    let names = Set(Model.at(endpoint.url).flatMap { $0.names(endpoint.transport) }).sorted()
    guard !names.isEmpty, !names.contains(endpoint.domain) else { return }
    hint += ", and the path is that of \(names.map { "\"\($0)\"" }.joined(separator: " or "))"
  }
}
