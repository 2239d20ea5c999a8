import CSparkChat
import Foundation
import SparkChatABI
import Testing

/// What a callback gathers.
private final class Gathered {
  var text = ""
  var kinds: [sparkchat_event_kind] = []
  /// The callback asks to stop at this event; 0 is never.
  var stopAt = 0

  var userData: UnsafeMutableRawPointer { Unmanaged.passUnretained(self).toOpaque() }
}

private let gather: sparkchat_event_fn = { event, userData in
  guard let userData else { return -1 }
  let gathered = Unmanaged<Gathered>.fromOpaque(userData).takeUnretainedValue()
  gathered.kinds.append(sparkchat_event_kind_of(event))
  if gathered.kinds.last == SPARKCHAT_EVENT_TEXT {
    gathered.text += text { sparkchat_event_text(event, $0) } ?? ""
  }
  return gathered.kinds.count == gathered.stopAt ? 7 : 0
}

@Suite(.withEmulator)
struct StreamABITests {
  @Test(arguments: Wire.allCases)
  func `the three ways to ask give the same text`(wire: Wire) throws {
    let client = try client(wire, nil)
    defer { sparkchat_client_free(client) }
    let request = try request("Tell me about birds.")
    defer { sparkchat_request_free(request) }
    var invoked: OpaquePointer?
    #expect(call { sparkchat_client_invoke(client, request, &invoked, $0) }.status == SPARKCHAT_OK)
    let whole = text { sparkchat_response_text(invoked, $0) }
    #expect(sparkchat_response_outcome(invoked) == SPARKCHAT_OUTCOME_COMPLETE)
    sparkchat_response_free(invoked)
    #expect(whole?.isEmpty == false)

    let gathered = Gathered()
    var streamed: OpaquePointer?
    let status = call {
      sparkchat_client_stream(client, request, gather, gathered.userData, &streamed, $0)
    }
    #expect(status.status == SPARKCHAT_OK)
    #expect(gathered.text == whole)
    #expect(text { sparkchat_response_text(streamed, $0) } == whole)
    #expect(gathered.kinds.first == SPARKCHAT_EVENT_READY)
    sparkchat_response_free(streamed)

    var opened: OpaquePointer?
    #expect(sparkchat_client_open(client, request, &opened, nil) == SPARKCHAT_OK)
    let stream = try #require(opened)
    var pulled = ""
    #expect(finish(stream) { pulled += textOf($0) }.status == SPARKCHAT_DONE)
    #expect(pulled == whole)
    sparkchat_stream_free(stream)
    // The response need not be requested.
    #expect(sparkchat_client_invoke(client, request, nil, nil) == SPARKCHAT_OK)
    #expect(
      sparkchat_client_stream(client, request, gather, gathered.userData, nil, nil) == SPARKCHAT_OK)
  }

  @Test(arguments: Wire.allCases)
  func `a callback stops the exchange, and is not called again`(wire: Wire) throws {
    let client = try client(wire, "count:n=100000")
    defer { sparkchat_client_free(client) }
    let request = try request()
    defer { sparkchat_request_free(request) }
    for place in [1, 2, 10] {
      let gathered = Gathered()
      gathered.stopAt = place
      var response: OpaquePointer?
      let (status, failure) = call {
        sparkchat_client_stream(client, request, gather, gathered.userData, &response, $0)
      }
      #expect(status == SPARKCHAT_ERR_CALLBACK)
      #expect(failure?.message.contains("callback") == true)
      #expect(gathered.kinds.count == place)
      #expect(sparkchat_response_outcome(response) == SPARKCHAT_OUTCOME_CANCELLED)
      #expect(text { sparkchat_response_text(response, $0) } == gathered.text)
      sparkchat_response_free(response)
    }
  }

  @Test(arguments: Wire.allCases)
  func `what was received before a failure can be read`(wire: Wire) throws {
    let client = try client(wire, "drop:after=2,content=Hello, 世界! 😀")
    defer { sparkchat_client_free(client) }
    let request = try request()
    defer { sparkchat_request_free(request) }
    var response: OpaquePointer?
    let (status, failure) = call { sparkchat_client_invoke(client, request, &response, $0) }
    #expect(status == SPARKCHAT_ERR_TRUNCATED)
    #expect(failure?.hint.isEmpty == false)
    #expect(sparkchat_response_outcome(response) == SPARKCHAT_OUTCOME_TRUNCATED)
    let partial = try #require(text { sparkchat_response_text(response, $0) })
    #expect(!partial.isEmpty && "Hello, 世界! 😀".hasPrefix(partial))
    sparkchat_response_free(response)
  }

  @Test func `a request that cannot be sent gives no response`() throws {
    let client = try client(.ws, nil, path: "/v1.1/chat")
    defer { sparkchat_client_free(client) }
    let request = try request()
    defer { sparkchat_request_free(request) }
    #expect(sparkchat_request_set_top_p(request, 0.5, nil) == SPARKCHAT_OK)
    var response = OpaquePointer(bitPattern: 0x5)
    let (status, failure) = call { sparkchat_client_invoke(client, request, &response, $0) }
    #expect(status == SPARKCHAT_ERR_INVALID_ARGUMENT)
    #expect(failure?.message.contains("top_p") == true)
    #expect(response == nil)
  }

  @Test func `waiting has a limit, and the end stays the end`() throws {
    let stalled = try stream(.ws, "stall")
    var event = OpaquePointer(bitPattern: 0x5)
    var status = sparkchat_stream_next(stalled, 0, &event, nil)
    while status == SPARKCHAT_OK { status = sparkchat_stream_next(stalled, 300, &event, nil) }
    #expect(status == SPARKCHAT_AGAIN)
    #expect(event == nil)
    sparkchat_stream_cancel(stalled)
    for _ in 0..<3 {
      let (status, failure) = call { sparkchat_stream_next(stalled, -1, &event, $0) }
      #expect(status == SPARKCHAT_ERR_CANCELLED)
      #expect(failure?.message == "the exchange was cancelled")
    }
    sparkchat_stream_free(stalled)

    let done = try stream(.ws, "single")
    #expect(finish(done).status == SPARKCHAT_DONE)
    for _ in 0..<3 { #expect(sparkchat_stream_next(done, -1, &event, nil) == SPARKCHAT_DONE) }
    // A place for the event is not needed.
    #expect(sparkchat_stream_next(done, -1, nil, nil) == SPARKCHAT_DONE)
    sparkchat_stream_cancel(done)
    #expect(sparkchat_stream_next(done, -1, nil, nil) == SPARKCHAT_DONE)
    sparkchat_stream_free(done)
  }

  @Test func `another thread that uses the stream is told so, and does no harm`() throws {
    let stream = try stream(.ws, "stall")
    var event: OpaquePointer?
    while sparkchat_stream_next(stream, 50, &event, nil) == SPARKCHAT_OK {}
    let shared = Int(bitPattern: stream)
    let isOver = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      // It may be this thread that comes too late.
      var status = SPARKCHAT_ERR_STATE
      while status == SPARKCHAT_ERR_STATE {
        status = sparkchat_stream_next(OpaquePointer(bitPattern: shared), -1, nil, nil)
      }
      #expect(status == SPARKCHAT_ERR_CANCELLED)
      isOver.signal()
    }
    var refused: (status: sparkchat_status, failure: Failure?)
    repeat {
      refused = call { sparkchat_stream_next(stream, 1, &event, $0) }
    } while refused.status == SPARKCHAT_AGAIN
    #expect(refused.status == SPARKCHAT_ERR_STATE)
    #expect(refused.failure?.message.contains("another thread") == true)
    let request = try request()
    defer { sparkchat_request_free(request) }
    #expect(call { sparkchat_stream_send(stream, request, $0) }.status == SPARKCHAT_ERR_STATE)
    sparkchat_stream_cancel(stream)
    isOver.wait()
    sparkchat_stream_free(stream)
  }

  @Test func `objects may be freed in any order`() throws {
    for order in 0..<6 {
      let client = try client(.wss, "echo")
      let request = try request("order \(order)")
      var stream: OpaquePointer?
      #expect(sparkchat_client_open(client, request, &stream, nil) == SPARKCHAT_OK)
      let frees: [() -> Void] = [
        { sparkchat_client_free(client) }, { sparkchat_request_free(request) },
        {
          guard let stream else { return }
          var all = ""
          #expect(finish(stream) { all += textOf($0) }.status == SPARKCHAT_DONE)
          #expect(all == "order \(order)")
          sparkchat_stream_free(stream)
        },
      ]
      let places = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]][order]
      for place in places { frees[place]() }
    }
  }

  @Test func `a stream that is freed in the middle is gone`() throws {
    for wire in Wire.allCases {
      for steps in [0, 1, 5] {
        let stream = try stream(wire, "count:n=100000")
        for _ in 0..<steps {
          var event: OpaquePointer?
          #expect(sparkchat_stream_next(stream, 5_000, &event, nil) == SPARKCHAT_OK)
        }
        sparkchat_stream_free(stream)
      }
    }
  }

  @Test func `a stream keeps the caller's pointer`() throws {
    let stream = try stream(.ws, nil)
    #expect(sparkchat_stream_user_data(stream) == nil)
    var value = 5
    withUnsafeMutablePointer(to: &value) { pointer in
      sparkchat_stream_set_user_data(stream, pointer)
      #expect(sparkchat_stream_user_data(stream) == UnsafeMutableRawPointer(pointer))
    }
    sparkchat_stream_free(stream)
  }

  @Test(arguments: Wire.allCases)
  func `a stream may be connected first and asked later`(wire: Wire) throws {
    let client = try client(wire, "echo")
    defer { sparkchat_client_free(client) }
    var opened: OpaquePointer?
    #expect(sparkchat_client_connect(client, &opened, nil) == SPARKCHAT_OK)
    let stream = try #require(opened)
    defer { sparkchat_stream_free(stream) }
    var event: OpaquePointer?
    #expect(sparkchat_stream_next(stream, -1, &event, nil) == SPARKCHAT_OK)
    #expect(sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_READY)
    let idle = call { sparkchat_stream_next(stream, 0, &event, $0) }
    #expect(idle.status == SPARKCHAT_ERR_STATE)
    #expect(sparkchat_stream_send(stream, nil, nil) == SPARKCHAT_ERR_INVALID_ARGUMENT)
    for round in 0..<2 {
      let request = try request("round \(round)")
      #expect(call { sparkchat_stream_send(stream, request, $0) }.status == SPARKCHAT_OK)
      let second = call { sparkchat_stream_send(stream, request, $0) }
      #expect(second.status == SPARKCHAT_ERR_STATE)
      sparkchat_request_free(request)
      var all = ""
      #expect(finish(stream) { all += textOf($0) }.status == SPARKCHAT_DONE)
      #expect(all == "round \(round)")
    }
  }

  private func textOf(_ event: OpaquePointer) -> String {
    guard sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT else { return "" }
    return text { sparkchat_event_text(event, $0) } ?? ""
  }
}
