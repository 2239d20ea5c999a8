public import CSparkChat
internal import SparkChat
internal import SparkWire

@_cdecl("sparkchat_config_set_max_attempts") @implementation
public func sparkchat_config_set_max_attempts(
  _ config: OpaquePointer?, _ attempts: Int32, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setMaxAttempts(attempts)
  }
}

@_cdecl("sparkchat_config_set_retry_budget") @implementation
public func sparkchat_config_set_retry_budget(
  _ config: OpaquePointer?, _ budgetMilliseconds: Int32,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setRetryBudget(budgetMilliseconds)
  }
}

@_cdecl("sparkchat_config_set_retry_backoff") @implementation
public func sparkchat_config_set_retry_backoff(
  _ config: OpaquePointer?, _ baseMilliseconds: Int32, _ maxMilliseconds: Int32,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setRetryBackoff(base: baseMilliseconds, max: maxMilliseconds)
  }
}

@_cdecl("sparkchat_config_set_max_idle_connections") @implementation
public func sparkchat_config_set_max_idle_connections(
  _ config: OpaquePointer?, _ connections: Int32, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setMaxIdleConnections(connections)
  }
}

@_cdecl("sparkchat_config_set_clock_correction") @implementation
public func sparkchat_config_set_clock_correction(
  _ config: OpaquePointer?, _ enabled: Int32, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    config.value.setClockCorrection(enabled != 0)
  }
}

@_cdecl("sparkchat_config_set_max_rate") @implementation
public func sparkchat_config_set_max_rate(
  _ config: OpaquePointer?, _ perSecond: Double, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setMaxRate(perSecond)
  }
}

@_cdecl("sparkchat_config_set_max_concurrency") @implementation
public func sparkchat_config_set_max_concurrency(
  _ config: OpaquePointer?, _ questions: Int32, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setMaxConcurrency(questions)
  }
}

@_cdecl("sparkchat_config_set_proxy") @implementation
public func sparkchat_config_set_proxy(
  _ config: OpaquePointer?, _ url: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setProxy(config.bytes("proxy", url))
  }
}

@_cdecl("sparkchat_config_load_proxy_environment") @implementation
public func sparkchat_config_load_proxy_environment(
  _ config: OpaquePointer?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.loadProxyEnvironment()
  }
}

@_cdecl("sparkchat_config_set_client_certificate") @implementation
public func sparkchat_config_set_client_certificate(
  _ config: OpaquePointer?, _ certificate: UnsafePointer<CChar>?, _ key: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setClientCertificate(
      config.text("client certificate", certificate), key: config.text("client certificate", key))
  }
}

@_cdecl("sparkchat_config_set_pinned_public_key") @implementation
public func sparkchat_config_set_pinned_public_key(
  _ config: OpaquePointer?, _ pins: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setPinnedPublicKey(config.text("pinned public key", pins))
  }
}
