import SparkWire

/// A place where an exchange gets stuck.
enum Stuck: String, CaseIterable, Sendable {
  case resolving, connecting, securing, upgrading, upgradingSecurely, halfUpgraded, unanswered
  case waiting, waitingSecurely, pausing, pausingSecurely

  var phase: Phase {
    switch self {
    case .resolving: .resolve
    case .connecting: .connect
    case .securing: .tls
    case .upgrading, .upgradingSecurely, .halfUpgraded, .unanswered: .upgrade
    case .waiting, .waitingSecurely: .firstToken
    case .pausing, .pausingSecurely: .idle
    }
  }

  /// Whether there is an open WebSocket, on which a Close can be sent.
  var isOpen: Bool { phase == .firstToken || phase == .idle }

  /// - Parameter dead: A server that accepts no connection.
  func url(_ dead: DeadServer, tag: String? = nil) throws -> String {
    let emulator = try Emulator.running()
    let pause = "stall:at=middle,content=\(greeting)"
    switch self {
    case .resolving: return "ws://1000.slow.sparkchat.test/v3.5/chat"
    case .connecting: return "ws://127.0.0.1:\(dead.port)/v3.5/chat"
    case .securing: return try emulator.url(.wss, port: "blackhole")
    case .upgrading: return try emulator.url(.ws, port: "blackhole")
    case .upgradingSecurely: return try emulator.url(.wss, port: "tls_blackhole")
    case .halfUpgraded: return emulator.url(.ws, scenario: "upgrade_stall:after=60", tag: tag)
    case .unanswered: return emulator.url(.wss, scenario: "upgrade_stall:after=0", tag: tag)
    case .waiting: return emulator.url(.ws, scenario: "stall", tag: tag)
    case .waitingSecurely: return emulator.url(.wss, scenario: "stall", tag: tag)
    case .pausing: return emulator.url(.ws, scenario: pause, tag: tag)
    case .pausingSecurely: return emulator.url(.wss, scenario: pause, tag: tag)
    }
  }
}
