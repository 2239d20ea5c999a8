public import CSparkChat
internal import SparkWire

@_cdecl("sparkchat_role_name") @implementation
public func sparkchat_role_name(_ role: sparkchat_role) -> UnsafePointer<CChar>? {
  name(role.rawValue, from: 1, ["system", "user", "assistant", "tool"])
}

@_cdecl("sparkchat_tool_choice_name") @implementation
public func sparkchat_tool_choice_name(_ toolChoice: sparkchat_tool_choice)
  -> UnsafePointer<CChar>?
{
  name(toolChoice.rawValue, from: 0, ["auto", "none", "required", "named"])
}

@_cdecl("sparkchat_response_format_name") @implementation
public func sparkchat_response_format_name(_ responseFormat: sparkchat_response_format)
  -> UnsafePointer<CChar>?
{
  name(responseFormat.rawValue, from: 0, ["text", "json object"])
}

@_cdecl("sparkchat_feature_name") @implementation
public func sparkchat_feature_name(_ feature: sparkchat_feature) -> UnsafePointer<CChar>? {
  name(
    feature.rawValue, from: 1,
    ["system", "tools", "web search", "citations", "reasoning", "images", "json mode"])
}

@_cdecl("sparkchat_support_name") @implementation
public func sparkchat_support_name(_ support: sparkchat_support) -> UnsafePointer<CChar>? {
  name(support.rawValue, from: 0, ["no", "yes", "disputed"])
}

@_cdecl("sparkchat_tokens_name") @implementation
public func sparkchat_tokens_name(_ tokens: sparkchat_tokens) -> UnsafePointer<CChar>? {
  name(
    tokens.rawValue, from: 1, ["question", "prompt", "completion", "total", "cached", "reasoning"])
}

@_cdecl("sparkchat_finish_reason_name") @implementation
public func sparkchat_finish_reason_name(_ finishReason: sparkchat_finish_reason)
  -> UnsafePointer<CChar>?
{
  name(
    finishReason.rawValue, from: 0,
    ["none", "stop", "length", "tool calls", "content filter", "other"])
}

@_cdecl("sparkchat_thinking_name") @implementation
public func sparkchat_thinking_name(_ thinking: sparkchat_thinking) -> UnsafePointer<CChar>? {
  name(thinking.rawValue, from: 0, ["disabled", "enabled", "auto"])
}

@_cdecl("sparkchat_search_name") @implementation
public func sparkchat_search_name(_ search: sparkchat_search) -> UnsafePointer<CChar>? {
  name(search.rawValue, from: 0, ["disabled", "normal", "deep"])
}

@_cdecl("sparkchat_embedding_domain_name") @implementation
public func sparkchat_embedding_domain_name(_ embeddingDomain: sparkchat_embedding_domain)
  -> UnsafePointer<CChar>?
{
  exported(EmbeddingDomain(embeddingDomain)?.name ?? "unknown")
}

@_cdecl("sparkchat_timing_name") @implementation
public func sparkchat_timing_name(_ timing: sparkchat_timing) -> UnsafePointer<CChar>? {
  name(
    timing.rawValue, from: 1,
    [
      "queue", "resolve", "connect", "tls", "upgrade", "first reasoning", "first text", "last",
      "total",
    ])
}

@_cdecl("sparkchat_connection_name") @implementation
public func sparkchat_connection_name(_ connection: sparkchat_connection) -> UnsafePointer<CChar>? {
  name(connection.rawValue, from: 0, ["none", "cold", "resumed", "warm"])
}

@_cdecl("sparkchat_log_level_name") @implementation
public func sparkchat_log_level_name(_ logLevel: sparkchat_log_level) -> UnsafePointer<CChar>? {
  name(logLevel.rawValue, from: 1, ["error", "warning", "info", "debug"])
}

/// Returns the name of a constant in an enum with consecutive numbers.
private func name(
  _ number: UInt32, from first: UInt32, _ names: [StaticString]
) -> UnsafePointer<CChar> {
  let index = number >= first ? Int(clamping: number - first) : names.count
  return exported(names.element(at: index) ?? "unknown")
}
