public import CSparkChat
internal import SparkCore
internal import SparkWire

@_cdecl("sparkchat_status_name") @implementation
public func sparkchat_status_name(_ status: sparkchat_status) -> UnsafePointer<CChar>? {
  exported(status.name)
}

@_cdecl("sparkchat_outcome_name") @implementation
public func sparkchat_outcome_name(_ outcome: sparkchat_outcome) -> UnsafePointer<CChar>? {
  let name: StaticString =
    switch outcome {
    case SPARKCHAT_OUTCOME_PENDING: "pending"
    case SPARKCHAT_OUTCOME_COMPLETE: "complete"
    case SPARKCHAT_OUTCOME_TRUNCATED: "truncated"
    case SPARKCHAT_OUTCOME_CANCELLED: "cancelled"
    case SPARKCHAT_OUTCOME_TIMEOUT: "timeout"
    case SPARKCHAT_OUTCOME_FAILED: "failed"
    default: "unknown"
    }
  return exported(name)
}

@_cdecl("sparkchat_phase_name") @implementation
public func sparkchat_phase_name(_ phase: sparkchat_phase) -> UnsafePointer<CChar>? {
  exported(Int32(exactly: phase.rawValue).flatMap(Phase.init(rawValue:))?.name ?? "unknown")
}

@_cdecl("sparkchat_event_kind_name") @implementation
public func sparkchat_event_kind_name(_ kind: sparkchat_event_kind) -> UnsafePointer<CChar>? {
  let name: StaticString =
    switch kind {
    case SPARKCHAT_EVENT_NONE: "none"
    case SPARKCHAT_EVENT_READY: "ready"
    case SPARKCHAT_EVENT_TEXT: "text"
    case SPARKCHAT_EVENT_REASONING: "reasoning"
    case SPARKCHAT_EVENT_TOOL_CALL: "tool call"
    case SPARKCHAT_EVENT_CITATION: "citation"
    case SPARKCHAT_EVENT_USAGE: "usage"
    case SPARKCHAT_EVENT_WARNING: "warning"
    default: "unknown"
    }
  return exported(name)
}

@_cdecl("sparkchat_warning_code_name") @implementation
public func sparkchat_warning_code_name(_ code: sparkchat_warning_code) -> UnsafePointer<CChar>? {
  let name: StaticString =
    switch code {
    case SPARKCHAT_WARNING_NONE: "none"
    case SPARKCHAT_WARNING_TOOL_NOT_CALLED: "tool not called"
    case SPARKCHAT_WARNING_POLICY: "policy"
    default: "unknown"
    }
  return exported(name)
}

@_cdecl("sparkchat_transport_name") @implementation
public func sparkchat_transport_name(
  _ transport: sparkchat_transport
) -> UnsafePointer<CChar>? {
  exported(
    transport == SPARKCHAT_TRANSPORT_AUTO ? "auto" : Transport(transport)?.name ?? "unknown")
}

extension Transport {
  init?(_ value: sparkchat_transport) {
    guard let number = Int32(exactly: value.rawValue) else { return nil }
    self.init(rawValue: number)
  }
}

extension sparkchat_status {
  fileprivate var name: StaticString {
    switch self {
    case SPARKCHAT_OK: "SPARKCHAT_OK"
    case SPARKCHAT_DONE: "SPARKCHAT_DONE"
    case SPARKCHAT_AGAIN: "SPARKCHAT_AGAIN"
    case SPARKCHAT_INTERRUPTED: "SPARKCHAT_INTERRUPTED"
    case SPARKCHAT_TOOL_CALLS: "SPARKCHAT_TOOL_CALLS"
    default: Status(rawValue: rawValue)?.name ?? "unknown"
    }
  }
}

extension Status {
  fileprivate var name: StaticString {
    switch self {
    case .invalidArgument: "SPARKCHAT_ERR_INVALID_ARGUMENT"
    case .noMemory: "SPARKCHAT_ERR_NO_MEMORY"
    case .state: "SPARKCHAT_ERR_STATE"
    case .forked: "SPARKCHAT_ERR_FORKED"
    case .config: "SPARKCHAT_ERR_CONFIG"
    case .internal: "SPARKCHAT_ERR_INTERNAL"
    case .resolve: "SPARKCHAT_ERR_RESOLVE"
    case .connect: "SPARKCHAT_ERR_CONNECT"
    case .io: "SPARKCHAT_ERR_IO"
    case .timeout: "SPARKCHAT_ERR_TIMEOUT"
    case .tls: "SPARKCHAT_ERR_TLS"
    case .certificate: "SPARKCHAT_ERR_CERTIFICATE"
    case .handshake: "SPARKCHAT_ERR_HANDSHAKE"
    case .protocol: "SPARKCHAT_ERR_PROTOCOL"
    case .tooLarge: "SPARKCHAT_ERR_TOO_LARGE"
    case .truncated: "SPARKCHAT_ERR_TRUNCATED"
    case .auth: "SPARKCHAT_ERR_AUTH"
    case .service: "SPARKCHAT_ERR_SERVICE"
    case .rateLimited: "SPARKCHAT_ERR_RATE_LIMITED"
    case .contentFiltered: "SPARKCHAT_ERR_CONTENT_FILTERED"
    case .invalidRequest: "SPARKCHAT_ERR_INVALID_REQUEST"
    case .permission: "SPARKCHAT_ERR_PERMISSION"
    case .quota: "SPARKCHAT_ERR_QUOTA"
    case .contextLength: "SPARKCHAT_ERR_CONTEXT_LENGTH"
    case .overloaded: "SPARKCHAT_ERR_OVERLOADED"
    case .cancelled: "SPARKCHAT_ERR_CANCELLED"
    case .callback: "SPARKCHAT_ERR_CALLBACK"
    case .toolLimit: "SPARKCHAT_ERR_TOOL_LIMIT"
    }
  }
}
