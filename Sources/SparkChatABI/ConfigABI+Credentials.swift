public import CSparkChat
internal import SparkCore
internal import SparkWire

@_cdecl("sparkchat_config_set_app_id") @implementation
public func sparkchat_config_set_app_id(
  _ config: OpaquePointer?, _ appID: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setAppID(config.text("app id", appID))
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

@_cdecl("sparkchat_config_set_api_secret") @implementation
public func sparkchat_config_set_api_secret(
  _ config: OpaquePointer?, _ apiSecret: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setAPISecret(config.bytes("API secret", apiSecret))
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
