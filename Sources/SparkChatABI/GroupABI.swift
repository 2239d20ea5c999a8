public import CSparkChat
internal import SparkCore
internal import SparkTransport
internal import SparkWire

/// The object behind a C pointer to a group.
final class GroupHandle: Handle {
  static let noun = "group"

  let group: Group
  private let access = ExclusiveAccess()

  init() throws(SparkError) {
    group = try Group()
  }

  /// Runs `body`. Throws if another thread is using the group.
  func exclusively<Result>(_ body: () throws(SparkError) -> Result) throws(SparkError) -> Result {
    // After fork(), a thread of the parent may seem to be inside forever.
    try group.process.check()
    return try access.pass("this group", body)
  }

  /// Does the work of `sparkchat_group_next`. Stores the stream and the event that the result is
  /// about.
  func next(
    _ timeoutMilliseconds: Int32, _ stream: inout OpaquePointer?, _ event: inout OpaquePointer?
  ) throws(SparkError) -> sparkchat_status {
    switch try exclusively({ () throws(SparkError) in
      try group.next(timeoutMilliseconds: timeoutMilliseconds)
    }) {
    case .event(let source):
      let handle = StreamHandle.of(source)
      stream = handle?.borrowed()
      event = handle?.event.borrowed()
      return SPARKCHAT_OK
    case .done(let source):
      stream = StreamHandle.of(source)?.borrowed()
      return SPARKCHAT_DONE
    case .failed(let source, let error):
      stream = StreamHandle.of(source)?.borrowed()
      throw error
    case .idle: return SPARKCHAT_DONE
    case .again: return SPARKCHAT_AGAIN
    case .interrupted: return SPARKCHAT_INTERRUPTED
    }
  }
}

@_cdecl("sparkchat_group_new") @implementation
public func sparkchat_group_new(
  _ group: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  group?.pointee = nil
  return boundary(error) { () throws(SparkError) in
    guard let group else { throw .null("the place for the group") }
    group.pointee = try GroupHandle().retained()
    return SPARKCHAT_OK
  }
}

@_cdecl("sparkchat_group_free") @implementation
public func sparkchat_group_free(_ group: OpaquePointer?) {
  GroupHandle.release(group)
}

@_cdecl("sparkchat_group_add") @implementation
public func sparkchat_group_add(
  _ group: OpaquePointer?, _ stream: OpaquePointer?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(group, GroupHandle.self, error) { group throws(SparkError) in
    let stream = try object(stream, StreamHandle.self)
    try group.exclusively { () throws(SparkError) in
      try stream.exclusively { () throws(SparkError) in try group.group.add(stream.stream) }
    }
  }
}

@_cdecl("sparkchat_group_remove") @implementation
public func sparkchat_group_remove(
  _ group: OpaquePointer?, _ stream: OpaquePointer?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(group, GroupHandle.self, error) { group throws(SparkError) in
    let stream = try object(stream, StreamHandle.self)
    try group.exclusively { () throws(SparkError) in try group.group.remove(stream.stream) }
  }
}

@_cdecl("sparkchat_group_count") @implementation
public func sparkchat_group_count(_ group: OpaquePointer?) -> Int {
  GroupHandle.borrow(group)?.group.count ?? 0
}

@_cdecl("sparkchat_group_fd") @implementation
public func sparkchat_group_fd(_ group: OpaquePointer?) -> Int32 {
  GroupHandle.borrow(group)?.group.descriptor ?? -1
}

@_cdecl("sparkchat_group_next") @implementation
public func sparkchat_group_next(
  _ group: OpaquePointer?, _ timeoutMilliseconds: Int32,
  _ stream: UnsafeMutablePointer<OpaquePointer?>?, _ event: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  stream?.pointee = nil
  event?.pointee = nil
  var source: OpaquePointer?
  var next: OpaquePointer?
  let status = boundary(error) { () throws(SparkError) in
    try object(group, GroupHandle.self).next(timeoutMilliseconds, &source, &next)
  }
  stream?.pointee = source
  event?.pointee = next
  return status
}

@_cdecl("sparkchat_group_wake") @implementation
public func sparkchat_group_wake(_ group: OpaquePointer?) {
  GroupHandle.borrow(group)?.group.wake()
}
