internal import SparkCore

/// Where a client's log goes. No entry has a credential, a question or an answer in it.
public struct SparkLog: Sendable {
  /// How much to log; each level has those above it. The raw values are those of `sparkchat_log_level` in C.
  public enum Level: Int32, Sendable, CaseIterable {
    /// What fails.
    case error = 1
    /// What may be a mistake.
    case warning = 2
    /// How exchanges go.
    case info = 3
    /// What they are made of.
    case debug = 4
  }

  /// One entry.
  public struct Entry: Sendable {
    /// How important it is.
    public let level: Level
    /// What happened.
    public let message: String
    /// The particulars: a JSON object.
    public let fields: String
  }

  let level: Level
  let write: @Sendable (Entry) -> Void

  /// - Parameters:
  ///   - level: How much to log.
  ///   - write: Takes an entry, on any thread; it holds up what is under way, so it has to be quick.
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
