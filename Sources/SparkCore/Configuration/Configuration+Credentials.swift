internal import SparkWire

/// The endpoint of a client, and the credentials for it.
///
/// Messages use the setting names of C and Python: `api_key` is `sparkchat_config_set_api_key` in C and an
/// argument in Python. The module for Swift programs replaces them with Swift's names.
extension Configuration {
  func endpoint() throws(SparkError) -> Endpoint {
    do throws(SparkError) {
      return try Endpoint.resolve(options)
    } catch {
      var error = error
      // A gateway's URL also counts if a model is set, which may be what does not fit.
      if !hasTarget || error.message.mentions("URL"), let origin = origin(of: countedOfEnvironment)
      {
        let setting = hasTarget ? "a url" : "a model, url or domain"
        error.append(hint: "\(origin); set \(setting) to override it")
      }
      throw error
    }
  }

  /// Whether the caller says which model is requested.
  private var hasTarget: Bool { model != nil || domain != nil }

  /// URL and domain, if only the environment sets them.
  private var countedOfEnvironment: [String] {
    guard url == nil else { return [] }
    guard hasTarget else { return ["URL", "domain"] }
    let isService = environmentURL.flatMap { try? ServiceURL($0) }?.isService ?? false
    return isService ? [] : ["URL"]
  }

  /// The options that choose the endpoint. An API password works only over HTTP; the other credentials
  /// work for every model, and over WebSocket by default.
  private var options: Endpoint.Options {
    var options = Endpoint.Options()
    (options.model, options.url, options.domain, options.transport) = (
      model, url, domain, transport
    )
    (options.environmentURL, options.environmentDomain) = (environmentURL, environmentDomain)
    options.testService = testService
    let isSigned = appID != nil && apiKey != nil && apiSecret != nil
    // A password from the environment does not choose the transport if the other credentials are complete.
    let hasEnvironmentPassword = variables?["API password"] != nil
    let wantsHTTP = apiPassword != nil && (!hasEnvironmentPassword || !isSigned)
    options.preferred = wantsHTTP ? .http : .webSocket
    return options
  }

  func credentials(for endpoint: Endpoint) throws(SparkError) -> Credentials {
    if !endpoint.isSigned, let apiPassword {
      return Credentials(appID: appID ?? "", apiPassword: apiPassword)
    }
    guard let apiKey, let apiSecret, let appID = endpoint.isSigned ? appID : appID ?? "" else {
      throw missing(for: endpoint)
    }
    return Credentials(appID: appID, apiKey: apiKey, apiSecret: apiSecret)
  }

  /// Returns an error that lists everything that is missing.
  private func missing(for endpoint: Endpoint) -> SparkError {
    let isHTTP = !endpoint.isSigned
    var missing: [(option: String, setting: String)] = []
    if appID == nil, !isHTTP { missing.append(("app id", "app_id")) }
    if apiKey == nil { missing.append(("API key", "api_key")) }
    if apiSecret == nil { missing.append(("API secret", "api_secret")) }
    let names = Self.list(missing.map(\.option))
    var error = SparkError(
      .config, missing.count == 1 ? "the \(names) is not set" : "\(names) are not set",
      hint: "set \(Self.list(missing.map(\.setting)))")
    if isHTTP {
      error.message =
        "the API password is not set, and neither \(missing.count == 1 ? "is the" : "are") \(names)"
      error.hint = "set api_password (in the console: APIPassword), or api_key and api_secret"
    } else if endpoint.isEmbedding {
      error.message += ", which embeddings need"
    } else if apiPassword != nil {
      error.message += ": an API password is for HTTP, but \(endpoint.url.display) is a WebSocket"
      error.hint += ", or a url or model that is served over HTTP"
    }
    let wanted = (isHTTP ? ["API password"] : []) + missing.map(\.option)
    let variables = Self.list(wanted.compactMap { Self.variable(for: $0) })
    error.append(
      hint: self.variables == nil
        ? "the environment (\(variables)) was not read"
        : "in the environment, \(wanted.count == 1 ? "it is" : "they are") \(variables)")
    if let origin = origin(of: ["API password"] + countedOfEnvironment) {
      error.append(hint: origin)
    }
    return error
  }

  /// Says which of the options that the error concerns come from the environment; nil if none does. These are
  /// the credentials if they are refused, and otherwise those that the hint names.
  func origin(for error: SparkError, at endpoint: Endpoint) -> String? {
    let isSigned = endpoint.isSigned
    guard error.status != .auth else {
      if isSigned, error.httpDetails?.blamesClock ?? false { return nil }
      return origin(
        of: isSigned || apiPassword == nil ? ["app id", "API key", "API secret"] : ["API password"])
    }
    let isAboutURL = error.hint.mentions("the URL")
    var named = (endpoint.isEmbedding ? ["embedding URL"] : countedOfEnvironment).filter {
      $0 == "domain" ? error.hint.mentions("the domain") : isAboutURL
    }
    if isAboutURL, endpoint.isAtTestService { named.append("test service") }
    if isSigned, error.hint.mentions("the app id") { named.append("app id") }
    return origin(of: named)
  }

  /// Says which options come from the environment; nil if none does.
  private func origin(of options: [String]) -> String? {
    let origins = options.compactMap { option in
      variables?[option].map { "the \(option) comes from \($0)" }
    }
    return origins.isEmpty ? nil : Self.list(origins)
  }

  private static func list(_ words: [String]) -> String {
    guard let end = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + end
  }
}
