/// Where a client asks, and what the model there is known to take.
package struct Endpoint: Sendable {
  package let url: ServiceURL
  package let domain: String
  /// nil: neither the URL nor the domain is one that the table knows.
  package let model: Model?

  /// Fits together what the caller gave of model name, URL and domain. Whatever cannot match is
  /// refused here, since the service only says so in-band and unclearly (10003, 11200).
  package static func resolve(
    model name: String?, url text: String?, domain: String?
  ) throws(SparkError) -> Endpoint {
    if let name { return try resolve(named: name, url: text, domain: domain) }
    if let text { return try resolve(url: ServiceURL(text), domain: domain) }
    guard let domain else { return try resolve(named: "max", url: nil, domain: nil) }
    guard let model = Model.all.first(where: { $0.domains.contains(domain) }) else {
      throw SparkError(
        .config, "no URL is set and the domain \"\(domain)\" is not a known one",
        hint: "set the URL of the model, or one of the domains \(knownDomains)")
    }
    return try Endpoint(url: ServiceURL(model.url), domain: domain, model: model)
  }

  private static func resolve(
    named name: String, url: String?, domain: String?
  ) throws(SparkError) -> Endpoint {
    guard let model = Model.named(name) else {
      let names = Model.all.map(\.name).joined(separator: ", ")
      throw SparkError(
        .config, "the model \"\(name)\" is not a known one",
        hint: "use one of \(names), or set URL and domain instead of a model")
    }
    guard let domain = domain ?? model.domains.first else {
      throw SparkError(
        .config, "the model \"\(model.name)\" needs a domain",
        hint: "set the domain to the service id that the console shows for your model")
    }
    guard model.takes(domain: domain) else {
      throw SparkError(
        .config, "the domain \"\(domain)\" is not one of the model \"\(model.name)\"",
        hint: "leave the domain unset, or set \(quoted(model.domains))")
    }
    let address = try ServiceURL(url ?? model.url)
    try check(domain: domain, at: address)
    return Endpoint(url: address, domain: domain, model: model)
  }

  private static func resolve(url: ServiceURL, domain: String?) throws(SparkError) -> Endpoint {
    let models = Model.all.filter {
      $0.path == url.path && ($0.host == url.host || !isService(url))
    }
    guard let domain = domain ?? models.first?.domains.first else {
      throw SparkError(
        .config, "no domain is set, and the URL \(url.description) does not tell it",
        hint: "set the domain of the model that answers at this URL, or a model by name")
    }
    try check(domain: domain, at: url)
    let model =
      models.first { $0.takes(domain: domain) } ?? Model.all.first { $0.domains.contains(domain) }
    return Endpoint(url: url, domain: domain, model: model)
  }

  /// Refuses a domain that the service does not serve at this URL. Addresses that are not the
  /// service's own (a gateway, a test server) may serve what they like.
  private static func check(domain: String, at url: ServiceURL) throws(SparkError) {
    guard isService(url) else { return }
    let models = Model.all.filter { $0.path == url.path && $0.host == url.host }
    guard !models.isEmpty, !models.contains(where: { $0.takes(domain: domain) }) else { return }
    let served = models.flatMap(\.domains)
    let other = Model.all.first { $0.domains.contains(domain) }
    throw SparkError(
      .config,
      "the domain \"\(domain)\" does not belong to \(url.description), which serves \(quoted(served))",
      hint: other.map { "set the URL to \($0.url), or leave URL or domain unset" }
        ?? "set the domain to \(quoted(served)), or leave it unset")
  }

  private static func isService(_ url: ServiceURL) -> Bool {
    url.host == Model.serviceDomain || url.host.hasSuffix("." + Model.serviceDomain)
  }

  private static var knownDomains: String {
    var seen: Set<String> = []
    return Model.all.flatMap(\.domains).filter { seen.insert($0).inserted }.joined(separator: ", ")
  }

  private static func quoted(_ names: [String]) -> String {
    var seen: Set<String> = []
    return names.filter { seen.insert($0).inserted }.map { "\"\($0)\"" }.joined(separator: " or ")
  }
}
