public import CSparkChat
internal import SparkWire

/// The object behind a C pointer to a model: one for each row of the table, never freed.
///
/// `@unchecked Sendable`: nothing in it changes.
final class ModelHandle: Handle, @unchecked Sendable {
  static let noun = "model"

  static let all = Model.all.map(ModelHandle.init)

  let model: Model
  let name: OwnedText
  let aliases: [OwnedText]
  private let urls: [Transport: OwnedText]
  private let domains: [Transport: OwnedText]

  private init(_ model: Model) {
    self.model = model
    name = OwnedText(model.name)
    aliases = model.aliases.map { OwnedText($0) }
    var urls: [Transport: OwnedText] = [:]
    var domains: [Transport: OwnedText] = [:]
    for transport in Transport.allCases {
      guard let address = model.address(transport) else { continue }
      urls[transport] = address.url.map { OwnedText($0) }
      domains[transport] = address.names.first.map { OwnedText($0) }
    }
    self.urls = urls
    self.domains = domains
  }

  static func named(_ name: String) -> ModelHandle? {
    Model.named(name).flatMap { model in all.first { $0.model.name == model.name } }
  }

  func url(_ transport: sparkchat_transport) -> OwnedText? {
    Transport(transport).flatMap { urls[$0] }
  }

  func domain(_ transport: sparkchat_transport) -> OwnedText? {
    Transport(transport).flatMap { domains[$0] }
  }

  func support(_ feature: sparkchat_feature) -> sparkchat_support {
    if feature == SPARKCHAT_FEATURE_JSON_MODE {
      return model.address(.http) == nil ? SPARKCHAT_SUPPORT_NO : SPARKCHAT_SUPPORT_YES
    }
    guard let wanted = Model.Features(feature) else { return SPARKCHAT_SUPPORT_NO }
    if model.features.contains(wanted) { return SPARKCHAT_SUPPORT_YES }
    return model.disputed.contains(wanted) ? SPARKCHAT_SUPPORT_DISPUTED : SPARKCHAT_SUPPORT_NO
  }
}

extension Model.Features {
  fileprivate init?(_ feature: sparkchat_feature) {
    switch feature {
    case SPARKCHAT_FEATURE_SYSTEM: self = .system
    case SPARKCHAT_FEATURE_TOOLS: self = .tools
    case SPARKCHAT_FEATURE_WEB_SEARCH: self = .webSearch
    case SPARKCHAT_FEATURE_CITATIONS: self = .citations
    case SPARKCHAT_FEATURE_REASONING: self = .reasoning
    case SPARKCHAT_FEATURE_IMAGES: self = .images
    default: return nil
    }
  }
}

@_cdecl("sparkchat_model_count") @implementation
public func sparkchat_model_count() -> Int {
  ModelHandle.all.count
}

@_cdecl("sparkchat_model_at") @implementation
public func sparkchat_model_at(_ index: Int) -> OpaquePointer? {
  ModelHandle.all.element(at: index)?.borrowed()
}

@_cdecl("sparkchat_model_find") @implementation
public func sparkchat_model_find(_ name: UnsafePointer<CChar>?) -> OpaquePointer? {
  (try? text(name, "the name")).flatMap { ModelHandle.named($0) }?.borrowed()
}

@_cdecl("sparkchat_model_name") @implementation
public func sparkchat_model_name(_ model: OpaquePointer?) -> UnsafePointer<CChar>? {
  ModelHandle.borrow(model)?.name.bytes.exported()
}

@_cdecl("sparkchat_model_alias") @implementation
public func sparkchat_model_alias(
  _ model: OpaquePointer?, _ index: Int
) -> UnsafePointer<CChar>? {
  ModelHandle.borrow(model)?.aliases.element(at: index)?.bytes.exported()
}

@_cdecl("sparkchat_model_url") @implementation
public func sparkchat_model_url(
  _ model: OpaquePointer?, _ transport: sparkchat_transport
) -> UnsafePointer<CChar>? {
  ModelHandle.borrow(model)?.url(transport)?.bytes.exported()
}

@_cdecl("sparkchat_model_domain") @implementation
public func sparkchat_model_domain(
  _ model: OpaquePointer?, _ transport: sparkchat_transport
) -> UnsafePointer<CChar>? {
  ModelHandle.borrow(model)?.domain(transport)?.bytes.exported()
}

@_cdecl("sparkchat_model_context_tokens") @implementation
public func sparkchat_model_context_tokens(_ model: OpaquePointer?) -> Int64 {
  ModelHandle.borrow(model)?.model.contextTokens.map { Int64($0) } ?? -1
}

@_cdecl("sparkchat_model_max_tokens") @implementation
public func sparkchat_model_max_tokens(_ model: OpaquePointer?) -> Int64 {
  ModelHandle.borrow(model)?.model.maxTokens.map { Int64($0) } ?? -1
}

@_cdecl("sparkchat_model_supports") @implementation
public func sparkchat_model_supports(
  _ model: OpaquePointer?, _ feature: sparkchat_feature
) -> sparkchat_support {
  ModelHandle.borrow(model)?.support(feature) ?? SPARKCHAT_SUPPORT_NO
}
