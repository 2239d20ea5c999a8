internal import SparkWire

/// Which credentials go with which transport.
extension Configuration {
  /// Where to ask. An API password is good for nothing but HTTP; the other credentials are good for
  /// every model, most of all over WebSocket.
  var options: Endpoint.Options {
    var options = Endpoint.Options()
    (options.model, options.url, options.domain, options.transport) = (
      model, url, domain, transport
    )
    (options.environmentURL, options.environmentDomain) = (environmentURL, environmentDomain)
    options.testService = testService
    let isSigned = appID != nil && apiKey != nil && apiSecret != nil
    let wantsHTTP = apiPassword != nil && (!hasEnvironmentPassword || !isSigned)
    options.preferred = wantsHTTP ? .http : .webSocket
    return options
  }

  func credentials(for endpoint: Endpoint) throws(SparkError) -> Credentials {
    guard !endpoint.isSigned else {
      guard let appID else { throw missing("app id", "APP_ID", endpoint) }
      guard let apiKey else { throw missing("API key", "API_KEY", endpoint) }
      guard let apiSecret else { throw missing("API secret", "API_SECRET", endpoint) }
      return Credentials(appID: appID, apiKey: apiKey, apiSecret: apiSecret)
    }
    if let apiPassword { return Credentials(appID: appID ?? "", apiPassword: apiPassword) }
    guard let apiKey, let apiSecret else {
      throw SparkError(
        .config, "the API password is not set, and neither are API key and API secret",
        hint: "HTTP needs the password of the model (in the console: APIPassword), or key and"
          + " secret; set them, or load the environment with IFLYTEK_SPARK_API_PASSWORD set")
    }
    return Credentials(appID: appID ?? "", apiKey: apiKey, apiSecret: apiSecret)
  }

  private func missing(_ what: String, _ variable: String, _ endpoint: Endpoint) -> SparkError {
    guard !endpoint.isEmbedding else {
      return SparkError(
        .config, "the \(what) is not set, which embeddings need",
        hint: "set app id, API key and API secret, or load the environment with"
          + " IFLYTEK_SPARK_\(variable) set")
    }
    guard apiPassword == nil else {
      return SparkError(
        .config,
        "the \(what) is not set: an API password is for HTTP, and \(endpoint.url.display) is a"
          + " WebSocket",
        hint: "set app id, API key and API secret, or a URL or model that is served over HTTP")
    }
    return SparkError(
      .config, "the \(what) is not set",
      hint: "set it, or load the environment with IFLYTEK_SPARK_\(variable) set"
        + (variable == "APP_ID" ? "; the HTTP transport needs none" : ""))
  }
}
