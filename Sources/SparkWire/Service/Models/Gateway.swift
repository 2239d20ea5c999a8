/// A server that is not the service's own: a gateway, a relay, a test server. Requests for any
/// model go there, under the service's path for the model, and never to another host.
struct Gateway {
  private let url: ServiceURL
  /// The URL before it was completed.
  private let given: ServiceURL
  /// The caller gave the URL: together with a domain, it is used unchanged.
  private let isFixed: Bool

  /// Returns nil if the URL is one of the service's own.
  init?(_ url: ServiceURL, given: ServiceURL, isFixed: Bool) {
    guard !url.isService else { return nil }
    self.url = url
    self.given = given
    self.isFixed = isFixed
  }

  /// The URL has no path.
  private var isBare: Bool { given.path == "/" }

  /// Returns nil if no model of the table is requested, so the URL stays unchanged.
  func resolve(_ options: Endpoint.Options) throws(SparkError) -> Endpoint? {
    guard let model = model(options) else { return nil }
    let address = try address(of: model, options)
    let domain = try Endpoint.domain(of: model, at: address, options)
    guard let there = url(of: address) else {
      throw SparkError(
        .config,
        "the model \"\(model.name)\" is served over \(address.transport.name), and"
          + " its URL does not follow from \(given.display), which has no path of the service",
        hint: url.schemeHint
          ?? "set the URL at which the model is served over \(address.transport.name)")
    }
    var endpoint = Endpoint(url: there, domain: domain, model: model)
    if there != url { endpoint.replacedURL = url }
    return endpoint
  }

  private func model(_ options: Endpoint.Options) -> Model? {
    if let name = options.model { return Model.named(name) }
    guard let domain = options.domain else {
      return isBare ? Model.all.first : Endpoint.told(by: url)
    }
    if isFixed, !isBare { return nil }
    return Model.at(url).first { $0.has(domain: domain, url.transport) }
      ?? Model.all.first { $0.has(domain: domain, options.transport ?? url.transport) }
      ?? Model.all.first { $0.has(domain: domain, options.transport) }
  }

  /// Returns the service's address of the model: over the URL's transport if the model has it.
  private func address(
    of model: Model, _ options: Endpoint.Options
  ) throws(SparkError) -> Model.Address {
    var options = options
    options.preferred = url.transport
    if let domain = options.domain, !model.has(domain: domain, at: url),
      let other = Transport.allCases.first(where: { model.has(domain: domain, $0) })
    {
      options.preferred = other
    }
    return try Endpoint.address(of: model, nil, options)
  }

  /// Returns the same server with the path of `address` instead of the service's path in the URL,
  /// and with the scheme of its transport. The gateway's own path stays; nil if it is one of the
  /// other transport.
  private func url(of address: Model.Address) -> ServiceURL? {
    let known = isBare ? url.path : servicePath
    guard let known else { return address.transport == url.transport ? url : nil }
    if address.path.isEmpty, address.transport == url.transport, !isBare { return url }
    var there = url
    there.transport = address.transport
    there.path =
      url.path.dropLast(known.utf8.count) + (address.path.isEmpty ? Self.openAIPath : address.path)
    return there
  }

  /// The service's path with which the URL's path ends; a gateway may put something before it.
  private var servicePath: String? {
    let paths = Model.all.compactMap { $0.address(url.transport)?.path }
    return paths.filter { !$0.isEmpty && url.path.hasSuffix($0) }.max {
      $0.utf8.count < $1.utf8.count
    }
  }

  /// For models whose address at the service is not known.
  private static let openAIPath = "/v1" + Model.Address.completionsPath
}
