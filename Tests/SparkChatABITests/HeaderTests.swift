import CSparkChat
import Foundation
import SparkChatABI
import SparkCore
import SparkWire
import Testing

/// The header, read as text.
private struct Header {
  let text: String

  init() throws {
    text = try String(contentsOfFile: "\(Emulator.root)/include/sparkchat.h", encoding: .utf8)
  }

  /// The names and numbers of an enumeration.
  func constants(of type: String) throws -> [String: Int] {
    let start = try #require(text.range(of: "typedef enum \(type) {"))
    let end = try #require(text.range(of: "} \(type);"))
    var constants: [String: Int] = [:]
    for match in text[start.upperBound..<end.lowerBound].matches(
      of: /(SPARKCHAT_[A-Z_]+) = (-?\d+)/)
    {
      constants[String(match.1)] = Int(match.2)
    }
    return constants
  }

  func macro(_ name: String) throws -> String {
    let line = try #require(text.firstMatch(of: try Regex("#define \(name) +\"?([^\"\\n]+)\"?\\n")))
    return String(try #require(line.output[1].substring))
  }
}

struct HeaderTests {
  private let header: Header

  init() throws { header = try Header() }

  @Test func `every status of the header is the library's, and the other way round`() throws {
    let constants = try header.constants(of: "sparkchat_status")
    #expect(constants.count > 25)
    for (name, number) in constants {
      #expect(text(sparkchat_status_name(sparkchat_status(Int32(number)))) == name)
    }
    #expect(
      Set(constants.values.filter { $0 < 0 }) == Set(Status.allCases.map { Int($0.rawValue) }))
    for number in -300...300 where !constants.values.contains(number) {
      #expect(text(sparkchat_status_name(sparkchat_status(Int32(number)))) == "unknown")
    }
  }

  @Test func `so is every phase`() throws {
    let constants = try header.constants(of: "sparkchat_phase")
    #expect(Set(constants.values) == Set(Phase.allCases.map { Int($0.rawValue) }))
    for (name, number) in constants {
      #expect(
        text(sparkchat_phase_name(sparkchat_phase(UInt32(number))))
          == plain(name, "SPARKCHAT_PHASE_"))
    }
    #expect(text(sparkchat_phase_name(sparkchat_phase(99))) == "unknown")
    #expect(text(sparkchat_phase_name(sparkchat_phase(.max))) == "unknown")
  }

  @Test func `so is every outcome`() throws {
    let constants = try header.constants(of: "sparkchat_outcome")
    #expect(Set(constants.values) == Set(Outcome.allCases.map { Int($0.rawValue) }))
    for (name, number) in constants {
      #expect(
        text(sparkchat_outcome_name(sparkchat_outcome(UInt32(number))))
          == plain(name, "SPARKCHAT_OUTCOME_"))
    }
    #expect(text(sparkchat_outcome_name(sparkchat_outcome(99))) == "unknown")
  }

  @Test func `so are the kinds of connection and the levels of the log`() throws {
    #expect(
      Set(try header.constants(of: "sparkchat_connection").values)
        == Set(ConnectionKind.allCases.map { Int($0.rawValue) }))
    #expect(
      Set(try header.constants(of: "sparkchat_log_level").values)
        == Set(LogLevel.allCases.map { Int($0.rawValue) }))
  }

  @Test func `every kind of event has its name`() throws {
    for (name, number) in try header.constants(of: "sparkchat_event_kind") {
      #expect(
        text(sparkchat_event_kind_name(sparkchat_event_kind(UInt32(number))))
          == plain(name, "SPARKCHAT_EVENT_"))
    }
    #expect(text(sparkchat_event_kind_name(sparkchat_event_kind(99))) == "unknown")
  }

  @Test func `every code of a warning has its name`() throws {
    for (name, number) in try header.constants(of: "sparkchat_warning_code") {
      #expect(
        text(sparkchat_warning_code_name(sparkchat_warning_code(Int32(number))))
          == plain(name, "SPARKCHAT_WARNING_"))
    }
    #expect(text(sparkchat_warning_code_name(sparkchat_warning_code(-2))) == "unknown")
  }

  @Test func `so is every reason to end`() throws {
    #expect(
      Set(try header.constants(of: "sparkchat_finish_reason").values)
        == Set(FinishReason.allCases.map { Int($0.rawValue) }))
  }

  @Test func `the constants of every other enumeration have their names`() throws {
    let names: [(String, String, (UInt32) -> UnsafePointer<CChar>?)] = [
      ("role", "ROLE", { sparkchat_role_name(sparkchat_role($0)) }),
      ("tool_choice", "TOOL_CHOICE", { sparkchat_tool_choice_name(.init($0)) }),
      ("response_format", "FORMAT", { sparkchat_response_format_name(.init($0)) }),
      ("feature", "FEATURE", { sparkchat_feature_name(.init($0)) }),
      ("support", "SUPPORT", { sparkchat_support_name(.init($0)) }),
      ("tokens", "TOKENS", { sparkchat_tokens_name(.init($0)) }),
      ("finish_reason", "FINISH", { sparkchat_finish_reason_name(.init($0)) }),
      ("thinking", "THINKING", { sparkchat_thinking_name(.init($0)) }),
      ("search", "SEARCH", { sparkchat_search_name(.init($0)) }),
      ("timing", "TIMING", { sparkchat_timing_name(.init($0)) }),
      ("connection", "CONNECTION", { sparkchat_connection_name(.init($0)) }),
      ("log_level", "LOG", { sparkchat_log_level_name(.init($0)) }),
    ]
    for (type, prefix, name) in names {
      let constants = try header.constants(of: "sparkchat_\(type)")
      for (constant, number) in constants {
        #expect(text(name(UInt32(number))) == plain(constant, "SPARKCHAT_\(prefix)_"))
      }
      for number in (0...20).map(UInt32.init) + [.max] where !constants.values.contains(Int(number))
      {
        #expect(text(name(number)) == "unknown", "\(type) \(number)")
      }
    }
  }

  @Test func `the version is one`() throws {
    let version = try header.macro("SPARKCHAT_VERSION_STRING")
    let parts = try ["MAJOR", "MINOR", "PATCH"].map {
      try #require(Int32(header.macro("SPARKCHAT_VERSION_\($0)")))
    }
    #expect(parts.map(String.init).joined(separator: ".") == version)
    #expect(text(sparkchat_version_string()) == version)
    #expect(sparkchat_version_number() == parts[0] << 16 | parts[1] << 8 | parts[2])
    #expect(sparkchat_abi_version() == Int32(try header.macro("SPARKCHAT_ABI_VERSION")))
    #expect(String(describing: Version.string) == version)
    #expect(String(describing: Version.userAgent) == "sparkchat/\(version)")
    let details = try #require(text(sparkchat_version_details()))
    #expect(details.hasPrefix("sparkchat/\(version) OpenSSL/3."))
    #expect(details.contains(" jansson/2."))
    #expect(sparkchat_version_details() == sparkchat_version_details())
  }

  private func plain(_ name: String, _ prefix: String) -> String {
    name.dropFirst(prefix.count).lowercased().replacing("_", with: " ")
  }
}
