extension SparkError {
  /// Adds what to do if the address may be to blame: its scheme, its domain, its plan.
  ///
  /// - Parameter speaksScheme: Whether the server has sent something that fits the URL's scheme.
  package mutating func addHint(at endpoint: Endpoint, speaksScheme: Bool = false) {
    addSchemeHint(at: endpoint.url, isRight: speaksScheme)
    guard !endpoint.isEmbedding else { return addEmbeddingHint() }
    addPathHint(at: endpoint.url)
    addHint(at: endpoint.serviceURL)
    addDomainHint(at: endpoint)
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
      append(hint: "write \(other):// in the URL to connect without encryption")
    } else if speaksTLS || (wasHungUp && !isRight) {
      prepend(hint: "if the server expects TLS at this port, write \(other):// in the URL")
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

  /// Gives the other scheme if the server does not serve the path, or not with this method.
  private mutating func addPathHint(at url: ServiceURL) {
    guard let details = httpDetails, [404, 405, 426].contains(details.httpStatus), serviceCode == 0,
      let schemeHint = url.schemeHint
    else { return }
    hint = schemeHint
  }

  /// Names the domain if the service refuses it, or the account may not use its model.
  private mutating func addDomainHint(at endpoint: Endpoint) {
    let isAboutModel = [.permission, .invalidRequest].contains(status) && hint.mentions("model")
    guard serviceCode == 10003 || isAboutModel else { return }
    append(hint: "the domain is \"\(excerpt(endpoint.domain))\"")
    // At a gateway, it could not be checked before.
    guard serviceCode == 10003 else { return }
    let (url, models) = (endpoint.serviceURL, Model.at(endpoint.serviceURL))
    let names = models.flatMap { $0.names(url.transport) }
    let fits = models.contains { $0.has(domain: endpoint.domain, at: url) }
    guard !names.isEmpty, !fits else { return }
    hint += ", and the path is that of \(Endpoint.quoted(names))"
  }
}
