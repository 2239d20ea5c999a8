/// Where a client sends requests, and what the model there is known to take.
package struct Endpoint: Sendable {
  package private(set) var url: ServiceURL
  /// What the service calls the model: `domain` over WebSocket, `model` over HTTP.
  package let domain: String
  /// nil if the table knows neither the URL nor the domain.
  package let model: Model?
  /// The URL that was set, or found in the environment, if requests go to another one.
  package var replacedURL: ServiceURL?
  /// True if it makes vectors of texts, and does not chat.
  package var isEmbedding = false

  package var transport: Transport { url.transport }

  /// Whether a test service is used instead of one of the service's hosts.
  package var isAtTestService: Bool { serviceURL != url }

  /// The URL of the service, even if a test service is used instead.
  var serviceURL: ServiceURL {
    guard let replacedURL, replacedURL.isService, !url.isService else { return url }
    return replacedURL
  }

  /// The caller's options for where to send requests.
  package struct Options: Sendable {
    package var model: String?
    package var url: String?
    package var domain: String?
    /// The environment's URL and domain belong together: they count if no model and no domain is
    /// set. The URL of a gateway counts in any case.
    package var environmentURL: String?
    package var environmentDomain: String?
    /// For tests: the server to use instead of all the service's own hosts.
    package var testService: String?
    /// nil for any that fits.
    package var transport: Transport?
    /// The one to choose if both fit.
    package var preferred = Transport.webSocket

    package init() {}
  }

  /// Combines the caller's model name, URL, domain and transport. Throws if they cannot match,
  /// since the service only reports that in-band and unclearly (10003, 11200).
  package static func resolve(_ options: Options) throws(SparkError) -> Endpoint {
    try resolveWithoutTestService(options).moved(to: options.testService)
  }

  /// Returns the same at a test service, if this is a host of the service itself.
  package func moved(to testService: String?) throws(SparkError) -> Endpoint {
    guard let testService, url.isService else { return self }
    var moved = self
    moved.url = url.moved(to: try ServiceURL(testService))
    moved.replacedURL = url
    return moved
  }

  private static func resolveWithoutTestService(
    _ options: Options
  ) throws(SparkError) -> Endpoint {
    if let text = options.url { return try resolve(at: ServiceURL(text), isFixed: true, options) }
    let found = try options.environmentURL.map { text throws(SparkError) in try ServiceURL(text) }
    var options = options
    let isAsked = options.model != nil || options.domain != nil
    if !isAsked { options.domain = options.environmentDomain }
    if let found, !(isAsked && found.isService) {
      return try resolve(at: found, isFixed: false, options)
    }
    var endpoint = try resolveWithoutURL(options)
    if let found, found != endpoint.url { endpoint.replacedURL = found }
    return endpoint
  }

  /// - Parameter isFixed: false for the environment's URL, which a transport may change.
  private static func resolve(
    at given: ServiceURL, isFixed: Bool, _ options: Options
  ) throws(SparkError) -> Endpoint {
    let url = completed(given)
    if isFixed || url.isService { try check(options.transport, at: given) }
    if let endpoint = try Gateway(url, given: given, isFixed: isFixed)?.resolve(options) {
      return endpoint
    }
    try check(options.transport, at: given)
    try check(schemeOf: url)
    try HostedPlan.check(url)
    if let name = options.model { return try resolve(named: name, url: url, options) }
    return try resolve(url: url, given: given, domain: options.domain)
  }

  private static func check(_ wanted: Transport?, at url: ServiceURL) throws(SparkError) {
    guard let wanted, wanted != url.transport else { return }
    throw SparkError(
      .config, "the transport is \(wanted.name), but the URL is \(url.display)",
      hint: "leave the transport unset: the URL's scheme determines it")
  }

  private static func resolveWithoutURL(_ options: Options) throws(SparkError) -> Endpoint {
    if let name = options.model { return try resolve(named: name, url: nil, options) }
    guard let domain = options.domain else { return try resolve(named: "max", url: nil, options) }
    guard let model = Model.all.first(where: { $0.has(domain: domain, options.transport) }) else {
      throw SparkError(
        .config, "no URL is set, and the domain \"\(domain)\" is not known",
        hint: "for a hosted model, set the model to \(quoted(plans)) as well; or set its URL,"
          + " or one of the domains \(knownDomains)")
    }
    return try resolve(model, url: nil, options)
  }

  private static func resolve(
    named name: String, url: ServiceURL?, _ options: Options
  ) throws(SparkError) -> Endpoint {
    if let model = Model.named(name) { return try resolve(model, url: url, options) }
    // With a URL, the model need not be in this table.
    if let url {
      // For hosted models, only the shape of a request is known, which follows from the URL.
      let domain = options.domain ?? name
      let model = model(domain, at: url)
      return Endpoint(url: url, domain: domain, model: model?.isHosted ?? false ? model : nil)
    }
    let names = Model.all.map(\.name).joined(separator: ", ")
    throw SparkError(
      .config, "the model \"\(name)\" is not known",
      hint: "for a hosted model, set the domain to \"\(name)\" and the model to \(quoted(plans));"
        + " otherwise use one of \(names), or set the URL as well")
  }

  private static func resolve(
    _ model: Model, url: ServiceURL?, _ options: Options
  ) throws(SparkError) -> Endpoint {
    let address = try address(of: model, url?.transport, options)
    let domain = try domain(of: model, at: address, options)
    if let url {
      try check(domain: domain, at: url)
      return Endpoint(url: url, domain: domain, model: model)
    }
    guard let known = address.url else {
      throw SparkError(
        .config, "the address of the model \"\(model.name)\" is not known",
        hint: "set the URL that the console shows for it")
    }
    return try Endpoint(url: ServiceURL(known), domain: domain, model: model)
  }

  static func domain(
    of model: Model, at address: Model.Address, _ options: Options
  ) throws(SparkError) -> String {
    guard let domain = options.domain ?? address.names.first else {
      throw SparkError(
        .config, "the model \"\(model.name)\" needs a domain",
        hint: "set the domain to the service id that the console shows for your model")
    }
    guard address.takes(name: domain) else {
      throw SparkError(
        .config, "the domain \"\(domain)\" is not one of the model \"\(model.name)\"",
        hint: "leave the domain unset, or set \(quoted(address.names))")
    }
    return domain
  }

  static func address(
    of model: Model, _ fixed: Transport?, _ options: Options
  ) throws(SparkError) -> Model.Address {
    guard let transport = fixed ?? options.transport else {
      if let address = model.address(options.preferred) { return address }
      return try anyAddress(of: model)
    }
    guard let address = model.address(transport) else {
      let other = try anyAddress(of: model)
      throw SparkError(
        .config, "the model \"\(model.name)\" is not served over \(transport.name)",
        hint: fixed == nil
          ? "leave the transport unset, or use \(other.transport.name)"
          : "use \(other.transport.name)\(other.url.map { ": " + $0 } ?? "")")
    }
    return address
  }

  private static func anyAddress(of model: Model) throws(SparkError) -> Model.Address {
    guard let first = model.addresses.first else {
      throw SparkError(.internal, "the model \"\(model.name)\" has no address")
    }
    return first
  }

  private static func resolve(
    url: ServiceURL, given: ServiceURL, domain: String?
  ) throws(SparkError) -> Endpoint {
    guard let domain = domain ?? told(by: url)?.names(url.transport).first else {
      throw SparkError(
        .config, "no domain is set, and the URL \(given.display) does not imply one",
        hint: url.schemeHint
          ?? "check the host and the path, or set the domain of the model at this URL, or a model by name"
      )
    }
    try check(domain: domain, at: url)
    return Endpoint(url: url, domain: domain, model: model(domain, at: url))
  }

  /// Returns the model at `url` if nothing else says which.
  static func told(by url: ServiceURL) -> Model? {
    let here = Model.at(url)
    // A WebSocket path belongs to one model; an HTTP path often serves several.
    return url.transport == .webSocket || here.count == 1 ? here.first : nil
  }

  private static func model(_ domain: String, at url: ServiceURL) -> Model? {
    let here = Model.at(url)
    // A plan for hosted models takes any name; a model with this name says more about it.
    return here.first { $0.has(domain: domain, url.transport) }
      ?? here.first { $0.has(domain: domain, at: url) }
      ?? Model.all.first { $0.has(domain: domain, url.transport) }
  }

  /// Completes an HTTP URL: people often give only its base, as other clients expect.
  private static func completed(_ url: ServiceURL) -> ServiceURL {
    guard url.transport == .http else { return url }
    var whole = url
    whole.path = Model.Address.base(of: url.path) + Model.Address.completionsPath
    return whole
  }

  /// Refuses a scheme that the service's host does not speak.
  private static func check(schemeOf url: ServiceURL) throws(SparkError) {
    let transports = Model.all.flatMap(\.addresses).filter { $0.host == url.host }.map(\.transport)
    guard let other = transports.first, !transports.contains(url.transport) else { return }
    throw SparkError(
      .config,
      "the service's host \(url.host) speaks \(other.name), but the URL starts with"
        + " \(url.transport.scheme(isSecure: url.isSecure))://",
      hint: "write \(other.scheme(isSecure: url.isSecure)):// with a path of that host, or set a"
        + " model by name and no URL")
  }

  /// Refuses a domain that the service does not serve at this URL. Addresses that are not the
  /// service's own (a gateway, a test server) may serve any domain.
  private static func check(domain: String, at url: ServiceURL) throws(SparkError) {
    guard url.isService else { return }
    let models = Model.at(url)
    guard !models.isEmpty, !models.contains(where: { $0.has(domain: domain, at: url) }) else {
      return
    }
    let served = models.flatMap { $0.names(url.transport) }
    let other = Model.all.first { $0.has(domain: domain, url.transport) }
    throw SparkError(
      .config,
      "the domain \"\(domain)\" does not belong to \(url.display), which serves \(quoted(served))",
      hint: other?.address(url.transport)?.url.map {
        "set the URL to \($0), or leave the URL or the domain unset"
      } ?? "set the domain to \(quoted(served)), or leave it unset")
  }

  /// The models that take the id of any hosted model as their domain.
  private static var plans: [String] {
    Model.all.filter { $0.address(.http)?.names.isEmpty ?? false }.map(\.name)
  }

  private static var knownDomains: String {
    unique(Model.all.flatMap(\.addresses).flatMap(\.names)).joined(separator: ", ")
  }

  static func quoted(_ names: [String]) -> String {
    unique(names).map { "\"\($0)\"" }.joined(separator: " or ")
  }

  private static func unique(_ names: [String]) -> [String] {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }
  }
}
