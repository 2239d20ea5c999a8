import SparkTransport
import SparkWire

@testable import SparkCore

/// Sends every message back, as the conformance tests expect, over the channel that a chat uses.
///
///     spark-echo [--ca FILE] [--limit BYTES] [--print] URL...
///
/// Connects to one URL after another, each until the connection ends. `--print` prints the messages
/// instead of sending them back.
@main
struct Echo {
  private var urls: [String] = []
  private var caFile: String?
  private var limit = 1 << 20
  private var prints = false

  static func main() throws {
    let echo = try Echo(Array(CommandLine.arguments.dropFirst()))
    for url in echo.urls {
      do throws(SparkError) {
        try echo.visit(url)
      } catch {
        // Most test servers break the rules, so failures are normal.
        print("\(error.status): \(error.message)")
      }
    }
  }

  private init(_ arguments: [String]) throws {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--ca": caFile = rest.popFirst()
      case "--limit": limit = rest.popFirst().flatMap { Int($0) } ?? limit
      case "--print": prints = true
      default: urls.append(argument)
      }
    }
  }

  private func visit(_ url: String) throws(SparkError) {
    let client = try Client(configuration(url))
    let waker = Waker()
    let connection = BufferedConnection(Connection(client.route, waker: waker))
    let channel = WebSocketChannel(client: client, connection: connection)
    var poller = Poller()
    var phase = connection.phase
    while true {
      connection.beginStep()
      let next = try channel.advance(now: .now())
      if next == .none, try converse(channel) { return }
      defer { phase = next }
      if next != phase || connection.mayRead { continue }
      let wakeAt = connection.wakeAt
      _ = try poller.wait(
        waker, timeoutMilliseconds: wakeAt.map { Instant.now().milliseconds(until: $0) }
      ) { connection.appendInterests(to: &$0) }
      connection.becameReady()
    }
  }

  /// Returns true at the end of the connection.
  private func converse(_ channel: WebSocketChannel) throws(SparkError) -> Bool {
    while true {
      while let message = try channel.nextMessage() {
        switch message {
        case .text(let text) where prints: print(String(decoding: text, as: UTF8.self))
        case .text(let text): try channel.send(.text, UnsafeRawBufferPointer(text))
        case .binary(let bytes): try channel.send(.binary, bytes)
        case .close: return true
        case .ping, .pong: continue
        }
        try channel.connection.flush()
      }
      try channel.connection.flush()
      switch try channel.connection.read() {
      case .bytes: continue
      case .wouldBlock: return false
      case .end:
        channel.close()
        return true
      }
    }
  }

  private func configuration(_ url: String) throws(SparkError) -> Configuration {
    var configuration = Configuration()
    try configuration.setURL(url)
    try configuration.setDomain("echo")
    try configuration.setAppID("echo")
    try configuration.setMaxMessageSize(limit)
    if let caFile { try configuration.setCAFile(caFile) }
    var letters: (UInt8, UInt8) = (0x65, 0x63)
    try withUnsafeBytes(of: &letters) { bytes throws(SparkError) in
      try configuration.setAPIKey(bytes)
      try configuration.setAPISecret(bytes)
    }
    return configuration
  }
}
