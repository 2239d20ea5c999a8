public import CSparkChat
internal import SparkCore
internal import SparkWire

@_cdecl("sparkchat_config_set_queue_timeout") @implementation
public func sparkchat_config_set_queue_timeout(
  _ config: OpaquePointer?, _ timeoutMilliseconds: Int32,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setTimeout(\.queue, "queue", timeoutMilliseconds)
  }
}

@_cdecl("sparkchat_config_set_resolve_timeout") @implementation
public func sparkchat_config_set_resolve_timeout(
  _ config: OpaquePointer?, _ timeoutMilliseconds: Int32,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setTimeout(\.resolve, "resolve", timeoutMilliseconds)
  }
}

@_cdecl("sparkchat_config_set_connect_timeout") @implementation
public func sparkchat_config_set_connect_timeout(
  _ config: OpaquePointer?, _ timeoutMilliseconds: Int32,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setTimeout(\.connect, "connect", timeoutMilliseconds)
  }
}

@_cdecl("sparkchat_config_set_tls_timeout") @implementation
public func sparkchat_config_set_tls_timeout(
  _ config: OpaquePointer?, _ timeoutMilliseconds: Int32,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setTimeout(\.tls, "TLS", timeoutMilliseconds)
  }
}

@_cdecl("sparkchat_config_set_upgrade_timeout") @implementation
public func sparkchat_config_set_upgrade_timeout(
  _ config: OpaquePointer?, _ timeoutMilliseconds: Int32,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setTimeout(\.upgrade, "upgrade", timeoutMilliseconds)
  }
}

@_cdecl("sparkchat_config_set_first_token_timeout") @implementation
public func sparkchat_config_set_first_token_timeout(
  _ config: OpaquePointer?, _ timeoutMilliseconds: Int32,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setFirstTokenTimeout(timeoutMilliseconds)
  }
}

@_cdecl("sparkchat_config_set_idle_timeout") @implementation
public func sparkchat_config_set_idle_timeout(
  _ config: OpaquePointer?, _ timeoutMilliseconds: Int32,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setTimeout(\.idle, "idle", timeoutMilliseconds)
  }
}

@_cdecl("sparkchat_config_set_total_timeout") @implementation
public func sparkchat_config_set_total_timeout(
  _ config: OpaquePointer?, _ timeoutMilliseconds: Int32,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setTimeout(\.total, "total", timeoutMilliseconds)
  }
}

@_cdecl("sparkchat_config_set_close_timeout") @implementation
public func sparkchat_config_set_close_timeout(
  _ config: OpaquePointer?, _ timeoutMilliseconds: Int32,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setTimeout(\.close, "close", timeoutMilliseconds)
  }
}
