// answer.swift - a Swift program, with Swift's shared runtime and concurrency. libsparkchat.so
// contains its own runtime; the two are independent, and exchange only C values.
//
//   swiftc -parse-as-library -import-objc-header "$CPATH/sparkchat.h" answer.swift -lsparkchat
//   ./answer "Hello" "Tell me a long story"
//
// Answers the first question, and cancels the second from another task.

import Glibc

struct Failure: Error, CustomStringConvertible {
  let status: sparkchat_status
  let description: String
}

/// Calls a function of the library whose last parameter is an error, and throws that.
@discardableResult
func check(
  _ call: (UnsafeMutablePointer<OpaquePointer?>) -> sparkchat_status
) throws(Failure) -> sparkchat_status {
  var error: OpaquePointer?
  let status = call(&error)
  guard status.rawValue < 0 else { return status }
  defer { sparkchat_error_free(error) }
  let hint = String(cString: sparkchat_error_hint(error))
  throw Failure(
    status: status,
    description: String(cString: sparkchat_error_message(error))
      + (hint.isEmpty ? "" : "\nhint: \(hint)"))
}

/// A client. It is immutable, so any task may use it.
final class Client: @unchecked Sendable {
  fileprivate var handle: OpaquePointer?

  init() throws(Failure) {
    guard sparkchat_abi_version() == SPARKCHAT_ABI_VERSION else {
      throw Failure(
        status: SPARKCHAT_ERR_STATE, description: "libsparkchat has another ABI version")
    }
    let config = sparkchat_config_new()
    defer { sparkchat_config_free(config) }
    // If this fails, the next call reports it.
    sparkchat_config_load_environment(config, nil)
    try check { sparkchat_client_new(config, &handle, $0) }
  }

  deinit { sparkchat_client_free(handle) }
}

/// One answer. One task at a time calls `next()`; any task may cancel.
final class Answer: @unchecked Sendable {
  private var stream: OpaquePointer?

  init(_ client: Client, _ question: String) throws(Failure) {
    let request = sparkchat_request_new()
    defer { sparkchat_request_free(request) }
    sparkchat_request_add_message(
      request, SPARKCHAT_ROLE_USER, question, question.utf8.count, nil)
    try check { sparkchat_client_open(client.handle, request, &stream, $0) }
  }

  deinit { sparkchat_stream_free(stream) }

  /// Returns the next piece of text, or nil when the answer is complete. Waits briefly each time,
  /// and yields in between, because all tasks share a few threads.
  func next() async throws -> String? {
    while true {
      var event: OpaquePointer?
      switch try check({ sparkchat_stream_next(stream, 50, &event, $0) }) {
      case SPARKCHAT_DONE:
        return nil
      case SPARKCHAT_OK where sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT:
        var length = 0
        let text = sparkchat_event_text(event, &length)
        let bytes = UnsafeRawBufferPointer(start: text, count: length)
        return String(decoding: bytes, as: UTF8.self)
      default:
        await Task.yield()
      }
    }
  }

  func cancel() { sparkchat_stream_cancel(stream) }
}

/// Prints an answer. The group waits for the task that cancels, so that no task is left at the end.
func show(_ answer: Answer, thenCancel: Bool) async throws {
  try await withThrowingTaskGroup(of: Void.self) { group in
    while let piece = try await answer.next() {
      print(piece, terminator: "")
      fflush(nil)
      if thenCancel && group.isEmpty {
        group.addTask { answer.cancel() }
      }
    }
  }
  print()
}

struct StandardError: TextOutputStream {
  mutating func write(_ text: String) { _ = text.withCString { Glibc.write(2, $0, strlen($0)) } }
}

@main
enum Program {
  static func main() async {
    let questions = Array(CommandLine.arguments.dropFirst())
    do {
      let client = try Client()
      try await show(Answer(client, questions.first ?? "Hello"), thenCancel: false)
      let second = questions.dropFirst().first ?? "Tell me a long story"
      try await show(Answer(client, second), thenCancel: true)
    } catch let failure as Failure where failure.status == SPARKCHAT_ERR_CANCELLED {
      print("\n(cancelled)")
    } catch {
      var output = StandardError()
      print("error: \(error)", to: &output)
      exit(1)
    }
  }
}
