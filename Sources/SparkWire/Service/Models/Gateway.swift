/// A server that is not the service's own: a gateway, a relay, a test server. Whatever model is asked
/// for is asked there, under the service's path for it, and never at another host.
struct Gateway {
  private let url: ServiceURL
  /// The URL is a host alone.
  private let isBare: Bool
  /// URL and domain that the caller gave together are taken as they are.
  private let isFixed: Bool

  /// nil: the URL is one of the service's own.
  init?(_ url: ServiceURL, isBare: Bool, isFixed: Bool) {
    guard !url.isService else { return nil }
    self.url = url
    self.isBare = isBare
    self.isFixed = isFixed
  }

  /// nil: no model of the table is asked for, so the URL stays as it is.
  func resolve(_ options: Endpoint.Options) throws(SparkError) -> Endpoint? {
    guard let model = model(options) else { return nil }
    let address = try address(of: model, options)
    let domain = try Endpoint.domain(of: model, at: address, options)
    guard let there = url(of: address) else {
      throw SparkError(
        .config,
        "the model \"\(model.name)\" is served over \(address.transport.name), and"
          + " \(url.display) is no path of the service, so it does not tell where",
        hint: "set the URL to where the model is served over \(address.transport.name)")
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

  /// Where the service has the model: over the URL's transport if it is served so.
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

  /// The same server, with the path of an address in place of the service's path that it has, and the
  /// scheme of its transport. A path of the gateway's own stays; nil: it is one of the other transport.
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

  /// The path of the service that the URL's path ends in, behind what a gateway may put before it.
  private var servicePath: String? {
    let paths = Model.all.compactMap { $0.address(url.transport)?.path }
    return paths.filter { !$0.isEmpty && url.path.hasSuffix($0) }.max {
      $0.utf8.count < $1.utf8.count
    }
  }

  /// For models whose address at the service is not known.
  private static let openAIPath = "/v1" + Model.Address.completionsPath
}
