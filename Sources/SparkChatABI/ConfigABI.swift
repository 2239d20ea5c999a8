public import CSparkChat
internal import SparkCore
internal import SparkWire

final class ConfigHandle: Handle {
  static let noun = "config"

  var value = Configuration()

  /// Reads an argument from C. The config remembers a failure like any invalid value of the option.
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

@_cdecl("sparkchat_config_set_embedding_url") @implementation
public func sparkchat_config_set_embedding_url(
  _ config: OpaquePointer?, _ url: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setEmbeddingURL(config.text("embedding URL", url))
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

@_cdecl("sparkchat_config_set_max_message_size") @implementation
public func sparkchat_config_set_max_message_size(
  _ config: OpaquePointer?, _ bytes: Int, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setMaxMessageSize(bytes)
  }
}

@_cdecl("sparkchat_config_set_max_answer_size") @implementation
public func sparkchat_config_set_max_answer_size(
  _ config: OpaquePointer?, _ bytes: Int, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    try config.value.setMaxAnswerSize(bytes)
  }
}

@_cdecl("sparkchat_config_set_keep_raw") @implementation
public func sparkchat_config_set_keep_raw(
  _ config: OpaquePointer?, _ enabled: Int32, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    config.value.setKeepRaw(enabled != 0)
  }
}
