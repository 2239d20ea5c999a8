import CSparkChat
import Foundation
import SparkChatABI
import Testing

typealias Slot = UnsafeMutablePointer<OpaquePointer?>

/// What an error object says, copied.
struct Failure: Equatable {
  var status = SPARKCHAT_OK
  var message = ""
  var hint = ""
}

/// Makes a call, and checks that its status and its error object agree.
func call(_ body: (Slot) -> sparkchat_status) -> (status: sparkchat_status, failure: Failure?) {
  // What is there before is overwritten, never read.
  var error = OpaquePointer(bitPattern: 0x5)
  let status = body(&error)
  #expect((error == nil) == (status.rawValue >= 0))
  guard status.rawValue < 0, let error else { return (status, nil) }
  defer { sparkchat_error_free(error) }
  let failure = Failure(
    status: sparkchat_error_status(error), message: text(sparkchat_error_message(error)) ?? "",
    hint: text(sparkchat_error_hint(error)) ?? "")
  #expect(failure.status == status)
  #expect(!failure.message.isEmpty && !failure.message.contains("\n"))
  return (status, failure)
}

func text(_ pointer: UnsafePointer<CChar>?) -> String? {
  pointer.map { String(cString: $0) }
}

/// A text and the separate length that C receives, which must agree.
func text(_ read: (UnsafeMutablePointer<Int>?) -> UnsafePointer<CChar>?) -> String? {
  var length = -7
  guard let pointer = read(&length) else {
    #expect(length == 0)
    return nil
  }
  #expect(pointer[length] == 0)
  #expect(read(nil) == pointer)
  return String(
    decoding: UnsafeRawBufferPointer(start: pointer, count: length), as: UTF8.self)
}

/// A config for the emulator at `url`, made with C's functions. The caller frees it.
func config(_ url: String) throws -> OpaquePointer {
  let ready = try Emulator.running().ready
  let config = try #require(sparkchat_config_new())
  #expect(sparkchat_config_set_url(config, url, nil) == SPARKCHAT_OK)
  #expect(sparkchat_config_set_app_id(config, ready.appId, nil) == SPARKCHAT_OK)
  #expect(sparkchat_config_set_api_key(config, ready.apiKey, nil) == SPARKCHAT_OK)
  #expect(sparkchat_config_set_api_secret(config, ready.apiSecret, nil) == SPARKCHAT_OK)
  #expect(sparkchat_config_set_ca_file(config, ready.caFile, nil) == SPARKCHAT_OK)
  #expect(sparkchat_config_set_max_attempts(config, 1, nil) == SPARKCHAT_OK)
  #expect(sparkchat_config_set_total_timeout(config, 20_000, nil) == SPARKCHAT_OK)
  return config
}

/// A client for a scenario of the emulator. The caller frees it.
func client(
  _ wire: Wire, _ scenario: String?, path: String = "/v3.5/chat", totalTimeout: Int32 = 20_000
) throws -> OpaquePointer {
  let config = try config(Emulator.running().url(wire, path, scenario: scenario))
  defer { sparkchat_config_free(config) }
  #expect(sparkchat_config_set_total_timeout(config, totalTimeout, nil) == SPARKCHAT_OK)
  var client: OpaquePointer?
  #expect(sparkchat_client_new(config, &client, nil) == SPARKCHAT_OK)
  return try #require(client)
}

/// The length that says "up to the NUL", as the importer passes SIZE_MAX.
let nulTerminated = -1

/// A request with one question. The caller frees it.
func request(_ question: String = "Hi") throws -> OpaquePointer {
  let request = try #require(sparkchat_request_new())
  let status = sparkchat_request_add_message(
    request, SPARKCHAT_ROLE_USER, question, nulTerminated, nil)
  #expect(status == SPARKCHAT_OK)
  return request
}

/// A stream for a scenario of the emulator. The caller frees it.
func stream(
  _ wire: Wire, _ scenario: String?, _ question: String = "Hi", totalTimeout: Int32 = 20_000
) throws -> OpaquePointer {
  let client = try client(wire, scenario, totalTimeout: totalTimeout)
  let request = try request(question)
  var stream: OpaquePointer?
  #expect(sparkchat_client_open(client, request, &stream, nil) == SPARKCHAT_OK)
  // A stream keeps alive what it needs.
  sparkchat_client_free(client)
  sparkchat_request_free(request)
  return try #require(stream)
}

/// Takes events until there are no more.
func finish(
  _ stream: OpaquePointer, _ onEvent: (OpaquePointer) -> Void = { _ in }
) -> (status: sparkchat_status, failure: Failure?) {
  while true {
    var event: OpaquePointer?
    let outcome = call { sparkchat_stream_next(stream, -1, &event, $0) }
    #expect((event != nil) == (outcome.status == SPARKCHAT_OK))
    guard let event else {
      if outcome.status == SPARKCHAT_INTERRUPTED { continue }
      return outcome
    }
    onEvent(event)
  }
}
