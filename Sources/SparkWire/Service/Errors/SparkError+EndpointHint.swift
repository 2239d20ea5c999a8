extension SparkError {
  /// Adds what to do where the address may be to blame: its scheme, its domain, its plan.
  ///
  /// - Parameter speaksScheme: The server has said something that fits the URL's scheme.
  package mutating func addHint(at endpoint: Endpoint, speaksScheme: Bool = false) {
    addSchemeHint(at: endpoint.url, isRight: speaksScheme)
    guard !endpoint.isEmbedding else { return addEmbeddingHint() }
    addDomainHint(at: endpoint)
    addHint(at: endpoint.url)
  }

  /// What holds for embeddings in place of what is known of models (protocol 3.8).
  private mutating func addEmbeddingHint() {
    switch serviceCode {
    case 11200, 11201:
      hint =
        "the app may not use embeddings, or has used them up: they are granted apart from chat, in the"
        + " console"
    default:
      guard status == .contextLength else { return }
      hint = "the service takes about 2,000 tokens: split the text, and embed the parts"
    }
  }

  /// A TLS server that is not spoken to in TLS answers with an alert, or hangs up; one of HTTP does not look
  /// like TLS.
  private mutating func addSchemeHint(at url: ServiceURL, isRight: Bool) {
    let other = url.transport.scheme(isSecure: !url.isSecure)
    if url.isSecure {
      guard status == .tls, hint == Self.plainServerHint else { return }
      append(hint: "\(other):// would go unencrypted")
    } else if speaksTLS || (wasHungUp && !isRight) {
      append(hint: "a server that expects TLS at this port wants \(other)://")
    }
  }

  /// What a server that does not speak TLS gets to hear.
  package static let plainServerHint = "the server does not seem to speak TLS at this port"

  /// Several servers say so over HTTP.
  private var speaksTLS: Bool {
    guard let details = httpDetails, details.httpStatus == 400 else { return false }
    return details.body?.mentions("HTTPS") ?? false
  }

  /// Before there was an answer.
  private var wasHungUp: Bool {
    guard httpDetails == nil, serviceCode == 0, phase == .upgrade || phase == .firstToken else {
      return false
    }
    return [.io, .truncated, .handshake, .protocol].contains(status)
  }

  /// The service says that the domain is wrong; at a gateway, nothing could be checked before.
  private mutating func addDomainHint(at endpoint: Endpoint) {
    guard serviceCode == 10003 else { return }
    append(hint: "the domain is \"\(excerpt(endpoint.domain))\"")
    let names = Set(Model.at(endpoint.url).flatMap { $0.names(endpoint.transport) }).sorted()
    guard !names.isEmpty, !names.contains(endpoint.domain) else { return }
    hint += ", and the path is that of \(names.map { "\"\($0)\"" }.joined(separator: " or "))"
  }
}
