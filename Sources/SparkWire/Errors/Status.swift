/// The kinds of failure. The numbers are those of `sparkchat_status` in the C header, and a test
/// keeps the two equal.
package enum Status: Int32, Sendable, CaseIterable {
  case invalidArgument = -1
  case noMemory = -2
  case state = -3
  case forked = -5
  case config = -6
  case `internal` = -9

  case resolve = -20
  case connect = -21
  case io = -22
  case timeout = -23

  case tls = -30
  case certificate = -31

  case handshake = -40
  case `protocol` = -41
  case tooLarge = -42
  case truncated = -43

  case auth = -50
  case service = -51
  case rateLimited = -52
  case contentFiltered = -53
  case invalidRequest = -54
  case permission = -55
  case quota = -56
  case contextLength = -57
  case overloaded = -58

  case cancelled = -60
  case callback = -61
  case toolLimit = -62
}

/// The parts of an exchange that have a deadline; the numbers are those of `sparkchat_phase`.
package enum Phase: Int32, Sendable, CaseIterable {
  case none = 0
  case resolve = 1
  case connect = 2
  case tls = 3
  case proxy = 4
  case upgrade = 5
  case firstToken = 6
  case idle = 7
  case total = 8
  case queue = 9

  package var name: StaticString {
    switch self {
    case .none: "none"
    case .resolve: "resolve"
    case .connect: "connect"
    case .tls: "tls"
    case .proxy: "proxy"
    case .upgrade: "upgrade"
    case .firstToken: "first token"
    case .idle: "idle"
    case .total: "total"
    case .queue: "queue"
    }
  }
}
