public import CSparkChat
internal import SparkCore
internal import SparkTransport
internal import SparkWire

/// The object behind a C pointer to a stream, with the event that C borrows.
final class StreamHandle: Handle {
  static let noun = "stream"

  let stream: ChatStream
  var userData: UnsafeMutableRawPointer?
  private(set) var response: ResponseHandle
  let event: EventHandle
  private let access = ExclusiveAccess()

  init(_ stream: ChatStream) {
    self.stream = stream
    response = ResponseHandle(stream.response)
    event = EventHandle(of: stream)
    stream.owner = Unmanaged.passUnretained(self).toOpaque()
  }

  deinit {
    try? stream.group?.remove(stream)
    stream.owner = nil
  }

  /// The handle of a stream that a group returns.
  static func of(_ stream: ChatStream) -> StreamHandle? {
    borrow(stream.owner.map { OpaquePointer($0) })
  }

  /// Runs `body`. Throws if another thread is using the stream.
  func exclusively<Result>(_ body: () throws(SparkError) -> Result) throws(SparkError) -> Result {
    // After fork(), a thread of the parent may seem to be inside forever.
    try stream.process.check()
    return try access.pass("this stream", body)
  }

  /// Does the work of `sparkchat_stream_next`. Returns an event only if the status is OK.
  func next(
    _ timeoutMilliseconds: Int32
  ) throws(SparkError) -> (status: sparkchat_status, event: OpaquePointer?) {
    try exclusively { () throws(SparkError) in
      switch try stream.next(timeoutMilliseconds: timeoutMilliseconds) {
      case .event: return (SPARKCHAT_OK, event.borrowed())
      case .done: return (SPARKCHAT_DONE, nil)
      case .again: return (SPARKCHAT_AGAIN, nil)
      case .interrupted: return (SPARKCHAT_INTERRUPTED, nil)
      }
    }
  }

  func send(_ request: RequestHandle) throws(SparkError) {
    try exclusively { () throws(SparkError) in
      // Texts that C borrows from a response live until there is another response.
      defer {
        if response.response !== stream.response { response = ResponseHandle(stream.response) }
      }
      try stream.send(request.value)
    }
  }

  /// Runs the request to its end; a callback that does not return 0 ends it.
  func run(_ onEvent: (OpaquePointer) -> Int32) throws(SparkError) {
    while true {
      let (status, event) = try next(-1)
      if status == SPARKCHAT_DONE { return }
      guard let event, onEvent(event) != 0 else { continue }
      throw stream.fail(SparkError(.callback, "the callback asked to stop"))
    }
  }
}

@_cdecl("sparkchat_stream_next") @implementation
public func sparkchat_stream_next(
  _ stream: OpaquePointer?, _ timeoutMilliseconds: Int32,
  _ event: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  event?.pointee = nil
  return boundary(error) { () throws(SparkError) in
    let (status, next) = try object(stream, StreamHandle.self).next(timeoutMilliseconds)
    event?.pointee = next
    return status
  }
}

@_cdecl("sparkchat_stream_send") @implementation
public func sparkchat_stream_send(
  _ stream: OpaquePointer?, _ request: OpaquePointer?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(stream, StreamHandle.self, error) { stream throws(SparkError) in
    try stream.send(object(request, RequestHandle.self))
  }
}

@_cdecl("sparkchat_stream_set_user_data") @implementation
public func sparkchat_stream_set_user_data(
  _ stream: OpaquePointer?, _ userData: UnsafeMutableRawPointer?
) {
  StreamHandle.borrow(stream)?.userData = userData
}

@_cdecl("sparkchat_stream_user_data") @implementation
public func sparkchat_stream_user_data(_ stream: OpaquePointer?) -> UnsafeMutableRawPointer? {
  StreamHandle.borrow(stream)?.userData
}

@_cdecl("sparkchat_stream_response") @implementation
public func sparkchat_stream_response(_ stream: OpaquePointer?) -> OpaquePointer? {
  StreamHandle.borrow(stream)?.response.borrowed()
}

@_cdecl("sparkchat_stream_cancel") @implementation
public func sparkchat_stream_cancel(_ stream: OpaquePointer?) {
  StreamHandle.borrow(stream)?.stream.cancel()
}

@_cdecl("sparkchat_stream_free") @implementation
public func sparkchat_stream_free(_ stream: OpaquePointer?) {
  StreamHandle.borrow(stream)?.stream.cancel()
  StreamHandle.release(stream)
}
