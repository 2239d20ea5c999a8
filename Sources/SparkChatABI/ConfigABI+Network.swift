public import CSparkChat
internal import SparkCore
internal import SparkWire

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
    config.value.loadProxyEnvironment()
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

@_cdecl("sparkchat_config_set_keepalive") @implementation
public func sparkchat_config_set_keepalive(
  _ config: OpaquePointer?, _ idleMilliseconds: Int32,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setKeepalive(idleMilliseconds)
  }
}

@_cdecl("sparkchat_config_set_ca_file") @implementation
public func sparkchat_config_set_ca_file(
  _ config: OpaquePointer?, _ path: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setCAFile(config.text("CA file", path))
  }
}

@_cdecl("sparkchat_config_set_ca_directory") @implementation
public func sparkchat_config_set_ca_directory(
  _ config: OpaquePointer?, _ path: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setCADirectory(config.text("CA directory", path))
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
