internal import SparkWire

/// Where a client asks, and which credentials go with that.
///
/// Messages name settings as C and Python do: `api_key` is `sparkchat_config_set_api_key` in C and an
/// argument in Python. The module for Swift programs puts Swift's names in.
extension Configuration {
  func endpoint() throws(SparkError) -> Endpoint {
    do throws(SparkError) {
      return try Endpoint.resolve(options)
    } catch {
      var error = error
      if let origin = origin(of: countedOfEnvironment) {
        error.append(hint: "\(origin); a model, url or domain that you set takes its place")
      }
      throw error
    }
  }

  /// Of URL and domain, what the environment says and nothing else does.
  private var countedOfEnvironment: [String] {
    guard url == nil else { return [] }
    guard model != nil || domain != nil else { return ["URL", "domain"] }
    let isService = environmentURL.flatMap { try? ServiceURL($0) }?.isService ?? false
    return isService ? [] : ["URL"]
  }

  /// Where to ask. An API password is good for nothing but HTTP; the other credentials are good for
  /// every model, most of all over WebSocket.
  private var options: Endpoint.Options {
    var options = Endpoint.Options()
    (options.model, options.url, options.domain, options.transport) = (
      model, url, domain, transport
    )
    (options.environmentURL, options.environmentDomain) = (environmentURL, environmentDomain)
    options.testService = testService
    let isSigned = appID != nil && apiKey != nil && apiSecret != nil
    // The environment's does not choose the transport.
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

  /// Says all that is missing at once.
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
      error.message += ": an API password is for HTTP, and \(endpoint.url.display) is a WebSocket"
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

  /// Whose the credentials are; nil: nothing of them is from the environment.
  var originOfCredentials: String? {
    origin(of: apiPassword == nil ? ["app id", "API key", "API secret"] : ["API password"])
  }

  /// Says which options are the environment's; nil where none is.
  private func origin(of options: [String]) -> String? {
    let origins = options.compactMap { option in
      variables?[option].map { "the \(option) is that of \($0)" }
    }
    return origins.isEmpty ? nil : Self.list(origins)
  }

  private static func list(_ words: [String]) -> String {
    guard let end = words.last, words.count > 1 else { return words.first ?? "" }
    return words.dropLast().joined(separator: ", ") + " and " + end
  }
}
