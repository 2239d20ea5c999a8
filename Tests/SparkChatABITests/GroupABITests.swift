import CSparkChat
import Foundation
import Glibc
import SparkChatABI
import Testing

@Suite(.withEmulator)
struct GroupABITests {
  @Test(arguments: Wire.allCases)
  func `drives many streams on one thread`(wire: Wire) throws {
    let group = try newGroup()
    defer { sparkchat_group_free(group) }
    let client = try client(wire, "echo:chunks=4")
    defer { sparkchat_client_free(client) }
    var texts: [OpaquePointer: String] = [:]
    for number in 0..<20 {
      let request = try request("question \(number)")
      defer { sparkchat_request_free(request) }
      var stream: OpaquePointer?
      #expect(sparkchat_client_open(client, request, &stream, nil) == SPARKCHAT_OK)
      #expect(call { sparkchat_group_add(group, stream, $0) }.status == SPARKCHAT_OK)
      texts[try #require(stream)] = ""
    }
    #expect(sparkchat_group_count(group) == 20)
    var done = 0
    while done < 20 {
      var stream: OpaquePointer?
      var event: OpaquePointer?
      let status = sparkchat_group_next(group, 10_000, &stream, &event, nil)
      let source = try #require(stream, "status \(status)")
      if status == SPARKCHAT_DONE { done += 1 }
      guard status == SPARKCHAT_OK else { continue }
      if sparkchat_event_kind_of(event) == SPARKCHAT_EVENT_TEXT {
        texts[source]? += text { sparkchat_event_text(event, $0) } ?? ""
      }
    }
    #expect(sparkchat_group_count(group) == 0)
    #expect(Set(texts.values) == Set((0..<20).map { "question \($0)" }))
    // No stream has anything to do.
    var stream = OpaquePointer(bitPattern: 0x5)
    #expect(sparkchat_group_next(group, -1, &stream, nil, nil) == SPARKCHAT_DONE)
    #expect(stream == nil)
    for stream in texts.keys { sparkchat_stream_free(stream) }
  }

  @Test func `a stream that fails leaves the group with its error`() throws {
    let group = try newGroup()
    defer { sparkchat_group_free(group) }
    let good = try stream(.ws, "stall")
    let bad = try stream(.ws, "error:code=10013")
    for stream in [good, bad] {
      #expect(sparkchat_group_add(group, stream, nil) == SPARKCHAT_OK)
    }
    var outcome: (status: sparkchat_status, failure: Failure?)
    var source: OpaquePointer?
    repeat {
      outcome = call { sparkchat_group_next(group, 10_000, &source, nil, $0) }
    } while outcome.status == SPARKCHAT_OK
    #expect(outcome.status == SPARKCHAT_ERR_CONTENT_FILTERED)
    #expect(source == bad)
    #expect(sparkchat_group_count(group) == 1)
    #expect(sparkchat_group_add(group, bad, nil) == SPARKCHAT_ERR_STATE)
    // Freed within the group, a stream leaves it.
    sparkchat_stream_free(good)
    #expect(sparkchat_group_count(group) == 0)
    sparkchat_stream_free(bad)
  }

  @Test(arguments: Wire.allCases)
  func `an answer that came while the caller was away is not too late`(wire: Wire) throws {
    let group = try newGroup()
    defer { sparkchat_group_free(group) }
    let stream = try stream(wire, "echo:chunks=4", totalTimeout: 2_000)
    defer { sparkchat_stream_free(stream) }
    #expect(sparkchat_group_add(group, stream, nil) == SPARKCHAT_OK)
    var outcome = call { sparkchat_group_next(group, 10_000, nil, nil, $0) }
    while outcome.status == SPARKCHAT_OK {
      usleep(700_000)
      outcome = call { sparkchat_group_next(group, 10_000, nil, nil, $0) }
    }
    #expect(outcome.status == SPARKCHAT_DONE)
  }

  @Test func `a caller who comes back waits no longer than was left`() throws {
    let group = try newGroup()
    defer { sparkchat_group_free(group) }
    let stream = try stream(.ws, "stall", totalTimeout: 600)
    defer { sparkchat_stream_free(stream) }
    #expect(sparkchat_group_add(group, stream, nil) == SPARKCHAT_OK)
    usleep(700_000)
    var outcome: (status: sparkchat_status, failure: Failure?)
    repeat {
      outcome = call { sparkchat_group_next(group, 10_000, nil, nil, $0) }
    } while outcome.status == SPARKCHAT_OK
    #expect(outcome.status == SPARKCHAT_ERR_TIMEOUT)
  }

  @Test func `a stream is driven by its group alone`() throws {
    let group = try newGroup()
    let other = try newGroup()
    defer { sparkchat_group_free(other) }
    let stream = try stream(.wss, "single:content=x")
    defer { sparkchat_stream_free(stream) }
    #expect(call { sparkchat_group_remove(group, stream, $0) }.status == SPARKCHAT_ERR_STATE)
    #expect(sparkchat_group_add(group, nil, nil) == SPARKCHAT_ERR_INVALID_ARGUMENT)
    #expect(sparkchat_group_add(group, stream, nil) == SPARKCHAT_OK)
    #expect(sparkchat_group_add(other, stream, nil) == SPARKCHAT_ERR_STATE)
    #expect(call { sparkchat_stream_next(stream, 0, nil, $0) }.status == SPARKCHAT_ERR_STATE)
    #expect(sparkchat_group_remove(group, stream, nil) == SPARKCHAT_OK)
    #expect(sparkchat_group_add(other, stream, nil) == SPARKCHAT_OK)
    #expect(sparkchat_group_remove(other, stream, nil) == SPARKCHAT_OK)
    sparkchat_group_free(group)
    #expect(finish(stream).status == SPARKCHAT_DONE)
  }

  @Test func `its descriptor is readable while there is something to do`() throws {
    let group = try newGroup()
    let stream = try stream(.ws, "stall")
    #expect(sparkchat_group_add(group, stream, nil) == SPARKCHAT_OK)
    let descriptor = sparkchat_group_fd(group)
    #expect(descriptor >= 0)
    #expect(sparkchat_group_fd(group) == descriptor)
    #expect(isReadable(descriptor, 10_000))
    var status = SPARKCHAT_OK
    while status == SPARKCHAT_OK { status = sparkchat_group_next(group, 300, nil, nil, nil) }
    #expect(status == SPARKCHAT_AGAIN)
    #expect(!isReadable(descriptor, 0))
    sparkchat_stream_cancel(stream)
    #expect(isReadable(descriptor, 10_000))
    #expect(sparkchat_group_next(group, -1, nil, nil, nil) == SPARKCHAT_ERR_CANCELLED)
    sparkchat_group_free(group)
    sparkchat_stream_free(stream)
  }

  @Test func `another thread wakes it`() throws {
    let group = try newGroup()
    let stream = try stream(.ws, "stall")
    #expect(sparkchat_group_add(group, stream, nil) == SPARKCHAT_OK)
    while sparkchat_group_next(group, 100, nil, nil, nil) == SPARKCHAT_OK {}
    sparkchat_group_wake(group)
    #expect(sparkchat_group_next(group, 10_000, nil, nil, nil) == SPARKCHAT_AGAIN)
    let shared = Int(bitPattern: group)
    Thread.detachNewThread { sparkchat_group_wake(OpaquePointer(bitPattern: shared)) }
    #expect(sparkchat_group_next(group, 10_000, nil, nil, nil) == SPARKCHAT_AGAIN)
    sparkchat_stream_free(stream)
    sparkchat_group_free(group)
  }

  private func newGroup() throws -> OpaquePointer {
    var group: OpaquePointer?
    #expect(sparkchat_group_new(&group, nil) == SPARKCHAT_OK)
    return try #require(group)
  }

  private func isReadable(_ descriptor: Int32, _ milliseconds: Int32) -> Bool {
    var interest = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    return poll(&interest, 1, milliseconds) == 1
  }
}
