public import CSparkChat
internal import SparkCore
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
  _ config: OpaquePointer?, _ requests: Int32, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setMaxConcurrency(requests)
  }
}
