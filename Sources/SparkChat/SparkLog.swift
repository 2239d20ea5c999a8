internal import SparkCore

/// The destination of a client's log. Entries never contain credentials, questions or answers.
public struct SparkLog: Sendable {
  /// How much to log; each level includes the levels above it. The raw values are those of `sparkchat_log_level` in C.
  public enum Level: Int32, Sendable, CaseIterable {
    /// Unused at present: failures are thrown.
    case error = 1
    /// Problems that are not thrown, or that deserve attention although the answer is valid.
    case warning = 2
    /// The course of each request.
    case info = 3
    /// The details of each request.
    case debug = 4
  }

  /// An entry of the log.
  public struct Entry: Sendable {
    /// The level of the entry.
    public let level: Level
    /// What happened.
    public let message: String
    /// The details, as a JSON object.
    public let fields: String
  }

  let level: Level
  let write: @Sendable (Entry) -> Void

  /// Creates a log.
  ///
  /// - Parameters:
  ///   - level: How much to log.
  ///   - write: Called with each entry, on any thread. It delays the requests in progress, so it has to be fast.
  public init(_ level: Level, _ write: @escaping @Sendable (Entry) -> Void) {
    (self.level, self.write) = (level, write)
  }
}

extension SparkLog {
  var core: Logger {
    Logger(level: LogLevel(rawValue: level.rawValue) ?? .info, sink: Sink(write: write))
  }
}

private final class Sink: LogSink {
  private let entry: @Sendable (SparkLog.Entry) -> Void

  init(write: @escaping @Sendable (SparkLog.Entry) -> Void) {
    entry = write
  }

  func write(_ level: LogLevel, _ message: StaticString, fields: String) {
    entry(
      SparkLog.Entry(
        level: SparkLog.Level(rawValue: level.rawValue) ?? .info, message: "\(message)",
        fields: fields))
  }
}
