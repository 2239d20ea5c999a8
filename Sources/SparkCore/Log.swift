package import SparkWire

/// How detailed a log is; the values are those of `sparkchat_log_level`.
package enum LogLevel: Int32, Sendable, CaseIterable {
  case error = 1
  case warning = 2
  case info = 3
  case debug = 4
}

/// A field of a log entry, in addition to its message. Fields can hold only names, numbers and the
/// service's identifiers: there is no case for a credential, a URL with its query, or a text.
package enum LogField: Sendable {
  case host(String)
  case url(ServiceURL)
  case replacedURL(ServiceURL)
  case domain(String)
  case phase(Phase)
  case sid(String)
  case serviceCode(Int32)
  case httpStatus(Int32)
  case status(Status)
  case attempt(Int)
  case milliseconds(Int64)
  case bytes(UInt64)
  case seconds(Int64)
  case isResumed(Bool)
  case messages(Int)
}

/// The destination of log entries.
package protocol LogSink: AnyObject, Sendable {
  func write(_ level: LogLevel, _ message: StaticString, fields: String)
}

/// Writes entries to a sink. Without a sink, or below its level, an entry costs only a comparison.
package struct Logger: Sendable {
  private let level: Int32
  private let sink: (any LogSink)?

  package init() {
    level = 0
    sink = nil
  }

  package init(level: LogLevel, sink: any LogSink) {
    self.level = level.rawValue
    self.sink = sink
  }

  func write(
    _ level: LogLevel, _ message: StaticString, _ fields: @autoclosure () -> [LogField] = []
  ) {
    guard level.rawValue <= self.level, let sink else { return }
    sink.write(level, message, fields: Self.json(fields()))
  }

  func write(_ level: LogLevel, _ message: StaticString, _ error: SparkError, attempt: Int) {
    write(level, message, Self.fields(of: error) + [.attempt(attempt)])
  }

  private static func fields(of error: SparkError) -> [LogField] {
    var fields: [LogField] = [.status(error.status)]
    if error.phase != .none { fields.append(.phase(error.phase)) }
    if error.serviceCode != 0 { fields.append(.serviceCode(error.serviceCode)) }
    if let sid = error.sid { fields.append(.sid(sid)) }
    if let refusal = error.httpDetails { fields.append(.httpStatus(refusal.httpStatus)) }
    return fields
  }

  private static func json(_ fields: [LogField]) -> String {
    guard let object = try? JSONObject() else { return "{}" }
    for field in fields { try? field.add(to: object) }
    var buffer = ByteBuffer()
    object.write(to: &buffer)
    return String(decoding: buffer.readable, as: UTF8.self)
  }
}

extension LogField {
  fileprivate func add(to object: JSONObject) throws(SparkError) {
    switch self {
    case .host(let value): try object.set("host", value)
    case .url(let value): try object.set("url", value.display)
    case .replacedURL(let value): try object.set("replaced_url", value.display)
    case .domain(let value): try object.set("domain", value)
    case .phase(let value): try object.set("phase", String(describing: value.name))
    case .sid(let value): try object.set("sid", value)
    case .serviceCode(let value): try object.set("service_code", Int64(value))
    case .httpStatus(let value): try object.set("http_status", Int64(value))
    case .status(let value): try object.set("status", Int64(value.rawValue))
    case .attempt(let value): try object.set("attempt", Int64(value))
    case .milliseconds(let value): try object.set("ms", value)
    case .bytes(let value): try object.set("bytes", Int64(clamping: value))
    case .seconds(let value): try object.set("seconds", value)
    case .messages(let value): try object.set("messages", Int64(value))
    case .isResumed(let value): try object.set("resumed", value)
    }
  }
}
