/// One of the service's models: its addresses, and what it takes (protocol 1.1 to 1.3, 3.3, 3.6).
package struct Model: Sendable {
  package struct Features: OptionSet, Sendable {
    package let rawValue: Int
    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let system = Features(rawValue: 1)
    package static let tools = Features(rawValue: 2)
    package static let webSearch = Features(rawValue: 4)
    /// Names the sources of a web search.
    package static let citations = Features(rawValue: 8)
    /// Thinks before it answers; requests can turn that on and off.
    package static let reasoning = Features(rawValue: 16)
    package static let images = Features(rawValue: 32)
  }

  /// The family of a model decides which options it has.
  package enum Family: Sendable {
    case general
    /// X1 and later.
    case reasoning
    /// MaaS and the plans: other names for some options, real OpenAI shapes on HTTP, and a WebSocket
    /// that stays open (protocol 10).
    case hosted
    /// X2.5: hosted, with fixed temperature and top_p.
    case fixed
  }

  /// Where a transport reaches the model, and what the model is called there.
  package struct Address: Sendable {
    let transport: Transport
    /// nil if our sources do not name it.
    package let host: String?
    package let path: String
    /// The first is the default; if there is none, the caller must name the model.
    package let names: [String]

    package var url: String? {
      host.map { "\(transport.scheme(isSecure: true))://\($0)\(path)" }
    }

    func takes(name: String) -> Bool {
      names.isEmpty || names.contains(name)
    }

    /// Whether `url` is at this address. A gateway or a test server may have the service's paths
    /// under another host, and a plan for hosted models has all models it grants at each of its
    /// versions. An address that takes any name has OpenAI's usual path, which does not
    /// identify a model on other hosts.
    func isAt(_ url: ServiceURL) -> Bool {
      guard transport == url.transport else { return false }
      if host == url.host { return path == url.path || names.isEmpty }
      guard path == url.path else { return false }
      if url.isService { return !names.isEmpty && isHosted && HostedPlan(url) != nil }
      return transport == .webSocket || !names.isEmpty
    }

    /// Returns an HTTP path without what every HTTP address ends with, as people often give it.
    static func base(of path: String) -> Substring {
      var base = path[...]
      while base.hasSuffix("/") { base = base.dropLast() }
      return base.hasSuffix(completionsPath)
        ? base.dropLast(completionsPath.count) : base
    }

    private var isHosted: Bool {
      HostedPlan.allCases.contains { $0.host == host }
    }
  }

  package let name: String
  package let aliases: [String]
  package let family: Family
  package let addresses: [Address]
  /// The most tokens of a question with its history; nil if not known.
  package let contextTokens: Int?
  /// nil if not known.
  package let maxTokens: Int?
  package let features: Features
  /// What only some sources say it takes: the request is sent, and the service decides.
  package let disputed: Features
  /// What is documented for HTTP only.
  let disputedOverWebSocket: Features

  init(
    _ name: String, aliases: [String] = [], _ family: Family = .general, webSocket: Address? = nil,
    http: Address? = nil, context: Int?, maxTokens: Int?, takes features: Features = [],
    disputed: Features = [], disputedOverWebSocket: Features = []
  ) {
    self.name = name
    self.aliases = aliases
    self.family = family
    addresses = [webSocket, http].compactMap(\.self)
    contextTokens = context
    self.maxTokens = maxTokens
    self.features = features
    self.disputed = disputed
    self.disputedOverWebSocket = disputedOverWebSocket
  }

  package func address(_ transport: Transport) -> Address? {
    addresses.first { $0.transport == transport }
  }

  /// Whether all sources agree that the model takes the feature.
  func isKnown(toTake feature: Features, over transport: Transport) -> Bool {
    features.contains(feature)
      && !(transport == .webSocket && disputedOverWebSocket.contains(feature))
  }

  /// Whether a request may use all of `wanted`.
  package func mayTake(_ wanted: Features) -> Bool {
    features.union(disputed).isSuperset(of: wanted)
  }

  /// Over WebSocket, only one model takes images, and in its own form (protocol 3.5).
  func mayTakeImages(over transport: Transport) -> Bool {
    transport == .webSocket ? features.contains(.images) : mayTake(.images)
  }

  package var isHosted: Bool { family == .hosted || family == .fixed }

  /// The highest temperature it takes (protocol 3.3, 3.6); for 0, see `takesZeroTemperature`.
  package func maxTemperature(_ transport: Transport) -> Double {
    switch family {
    case .general: transport == .http ? 2 : 1
    case .reasoning: 2
    case .fixed, .hosted: 1
    }
  }

  /// The general models refuse 0 over WebSocket.
  package func takesZeroTemperature(_ transport: Transport) -> Bool {
    family != .general || transport == .http
  }

  package static func named(_ name: String) -> Model? {
    let name = name.lowercased()
    return all.first { model in
      model.name.lowercased() == name || model.aliases.contains(name)
    }
  }

  /// Returns the models at `url`.
  static func at(_ url: ServiceURL) -> [Model] {
    all.filter { $0.address(url.transport)?.isAt(url) ?? false }
  }

  func names(_ transport: Transport) -> [String] {
    address(transport)?.names ?? []
  }

  /// Whether the table has the model under this name. With nil, either transport counts.
  func has(domain: String, _ transport: Transport?) -> Bool {
    addresses.contains { address in
      (transport.map { $0 == address.transport } ?? true) && address.names.contains(domain)
    }
  }

  /// Whether the model's address takes this name over the transport of `url`.
  func has(domain: String, at url: ServiceURL) -> Bool {
    address(url.transport)?.takes(name: domain) ?? false
  }
}

extension ServiceURL {
  private static let serviceDomain = "xf-yun.com"

  /// Whether this is an address of the service itself, not of a gateway or a test server.
  package var isService: Bool {
    host == Self.serviceDomain || host.hasSuffix("." + Self.serviceDomain)
  }

  /// What to do if only the other transport has paths like this one; else nil.
  var schemeHint: String? {
    guard !hasPath(of: transport),
      let other = Transport.allCases.first(where: { $0 != transport && hasPath(of: $0) })
    else { return nil }
    return "the path of the URL is for \(other.name): write \(other.scheme(isSecure: isSecure))://"
  }

  /// Whether the path ends with one that the service has for `wanted`. A gateway may put something
  /// before it.
  private func hasPath(of wanted: Transport) -> Bool {
    // An HTTP URL was completed, so its end shows nothing.
    if transport == .webSocket, wanted == .http, path.hasSuffix(Model.Address.completionsPath) {
      return true
    }
    let base = Model.Address.base(of: path)
    return Model.all.contains { model in
      guard let address = model.address(wanted) else { return false }
      let known = Model.Address.base(of: address.path)
      return !known.isEmpty && base.hasSuffix(known)
    }
  }
}
