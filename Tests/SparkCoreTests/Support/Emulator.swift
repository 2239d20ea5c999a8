import Foundation
import Testing

/// The local Spark service of Tests/Emulator: one process, started for the first test that needs
/// it. It ends when this process does, because its standard input then ends.
final class Emulator: @unchecked Sendable {
  struct Ready: Decodable {
    let wsPort: UInt16
    let wssPort: UInt16
    let caFile: String
    let appId: String
    let apiKey: String
    let apiSecret: String
    let apiPassword: String
    let ports: [String: UInt16]
  }

  let ready: Ready
  private let process: Process
  private let input: Pipe

  private static let shared = Result { try Emulator() }

  static func running() throws -> Emulator { try shared.get() }

  /// The root of the project.
  static let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent().path

  private static let python =
    ProcessInfo.processInfo.environment["SPARKCHAT_TEST_PYTHON"] ?? "\(root)/build/venv/bin/python"

  /// Whether a Python that can run the emulator is available.
  static let isAvailable: Bool = {
    let probe = Process()
    probe.executableURL = URL(filePath: python)
    probe.arguments = ["-c", "import aiohttp, trustme"]
    guard (try? probe.run()) != nil else { return false }
    probe.waitUntilExit()
    return probe.terminationStatus == 0
  }()

  static let requirement: Comment =
    "needs Python with the packages of Tests/requirements.txt: run `make test` once, or set SPARKCHAT_TEST_PYTHON"

  private init() throws {
    process = Process()
    process.executableURL = URL(filePath: Self.python)
    process.arguments = [
      "-m", "spark_emulator", "--exit-with-stdin", "--quiet", "--close-wait", "2",
    ]
    process.environment = ProcessInfo.processInfo.environment.merging([
      "PYTHONPATH": "\(Self.root)/Tests/Emulator", "PYTHONDONTWRITEBYTECODE": "1",
    ]) { $1 }
    input = Pipe()
    let output = Pipe()
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    var line = Data()
    while line.last != UInt8(ascii: "\n") {
      let more = output.fileHandleForReading.availableData
      guard !more.isEmpty else { throw EmulatorError.ended(String(decoding: line, as: UTF8.self)) }
      line += more
    }
    ready = try Self.decoder.decode(Ready.self, from: line)
  }

  static var decoder: JSONDecoder {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return decoder
  }

  enum EmulatorError: Error {
    case ended(String)
    case noPort(String)
    case noAnswer
  }
}

/// How to reach the emulator.
enum Wire: String, CaseIterable, Sendable {
  case ws, wss
  case http, https

  /// The WebSocket schemes.
  static let allCases: [Wire] = [.ws, .wss]
  static let both: [Wire] = [.wss, .https]

  var isHTTP: Bool { self == .http || self == .https }
  var isSecure: Bool { self == .wss || self == .https }
}

extension Emulator {
  /// Returns an address of the service at which it plays the scenario.
  func url(
    _ wire: Wire = .ws, _ path: String = "/v3.5/chat", scenario: String? = nil, tag: String? = nil
  ) -> String {
    let port = wire.isSecure ? ready.wssPort : ready.wsPort
    let query = [("scenario", scenario), ("tag", tag)].compactMap { name, value in
      value?.addingPercentEncoding(withAllowedCharacters: .alphanumerics).map { "\(name)=\($0)" }
    }
    let base = "\(wire.rawValue)://127.0.0.1:\(port)\(path)"
    return query.isEmpty ? base : "\(base)?\(query.joined(separator: "&"))"
  }

  /// Returns an address at one of the faulty ports.
  func url(_ wire: Wire, port name: String) throws -> String {
    guard let port = ready.ports[name] else { throw EmulatorError.noPort(name) }
    return "\(wire.rawValue)://127.0.0.1:\(port)/v3.5/chat"
  }
}

extension Trait where Self == ConditionTrait {
  /// The test talks to the emulator.
  static var withEmulator: Self { .enabled(if: Emulator.isAvailable, Emulator.requirement) }
}
