public import CSparkChat
internal import SparkChat
internal import SparkWire

final class ConfigHandle: Handle {
  static let noun = "config"

  var value = Configuration()

  /// Reads what C gave. What cannot be read is remembered like any bad value of the option.
  func read<Value>(
    _ option: String, _ reader: () throws(SparkError) -> Value
  ) throws(SparkError) -> Value {
    do throws(SparkError) {
      return try reader()
    } catch {
      throw value.reject(option, error)
    }
  }

  func text(_ option: String, _ pointer: UnsafePointer<CChar>?) throws(SparkError) -> String {
    try read(option) { () throws(SparkError) in try SparkChatABI.text(pointer, "the \(option)") }
  }

  func bytes(
    _ option: String, _ pointer: UnsafePointer<CChar>?
  ) throws(SparkError) -> UnsafeRawBufferPointer {
    try read(option) { () throws(SparkError) in try SparkChatABI.bytes(pointer, "the \(option)") }
  }
}

@_cdecl("sparkchat_config_new") @implementation
public func sparkchat_config_new() -> OpaquePointer? {
  ConfigHandle().retained()
}

@_cdecl("sparkchat_config_free") @implementation
public func sparkchat_config_free(_ config: OpaquePointer?) {
  ConfigHandle.release(config)
}

@_cdecl("sparkchat_config_load_environment") @implementation
public func sparkchat_config_load_environment(
  _ config: OpaquePointer?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.loadEnvironment()
  }
}

@_cdecl("sparkchat_config_set_app_id") @implementation
public func sparkchat_config_set_app_id(
  _ config: OpaquePointer?, _ appID: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setAppID(config.text("app id", appID))
  }
}

@_cdecl("sparkchat_config_set_model") @implementation
public func sparkchat_config_set_model(
  _ config: OpaquePointer?, _ model: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setModel(config.text("model", model))
  }
}

@_cdecl("sparkchat_config_set_url") @implementation
public func sparkchat_config_set_url(
  _ config: OpaquePointer?, _ url: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setURL(config.text("URL", url))
  }
}

@_cdecl("sparkchat_config_set_domain") @implementation
public func sparkchat_config_set_domain(
  _ config: OpaquePointer?, _ domain: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setDomain(config.text("domain", domain))
  }
}

@_cdecl("sparkchat_config_set_user_id") @implementation
public func sparkchat_config_set_user_id(
  _ config: OpaquePointer?, _ userID: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setUserID(config.text("user id", userID))
  }
}

@_cdecl("sparkchat_config_set_patch_id") @implementation
public func sparkchat_config_set_patch_id(
  _ config: OpaquePointer?, _ patchID: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setPatchID(config.text("patch id", patchID))
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

@_cdecl("sparkchat_config_set_api_key") @implementation
public func sparkchat_config_set_api_key(
  _ config: OpaquePointer?, _ apiKey: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setAPIKey(config.bytes("API key", apiKey))
  }
}

@_cdecl("sparkchat_config_set_api_password") @implementation
public func sparkchat_config_set_api_password(
  _ config: OpaquePointer?, _ apiPassword: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setAPIPassword(config.bytes("API password", apiPassword))
  }
}

@_cdecl("sparkchat_config_set_transport") @implementation
public func sparkchat_config_set_transport(
  _ config: OpaquePointer?, _ transport: sparkchat_transport,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    if transport == SPARKCHAT_TRANSPORT_AUTO { return config.value.setTransport(nil) }
    let known = try config.read("transport") { () throws(SparkError) in
      guard let known = Transport(transport) else {
        throw .unknown("sparkchat_transport", transport.rawValue)
      }
      return known
    }
    config.value.setTransport(known)
  }
}

@_cdecl("sparkchat_config_set_api_secret") @implementation
public func sparkchat_config_set_api_secret(
  _ config: OpaquePointer?, _ apiSecret: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setAPISecret(config.bytes("API secret", apiSecret))
  }
}
