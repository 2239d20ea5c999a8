/// Parses a server's frames and joins them into messages (RFC 6455, 5).
package struct WebSocketDecoder: ~Copyable {
  /// The code of the Close frame that answers the error thrown by `next`; 0 without an error.
  package private(set) var failureCode: UInt16 = 0

  private let maxMessageSize: Int
  /// The fragments of a message, without the last one.
  private var fragments = ByteBuffer()
  /// The kind of message that the fragments belong to.
  private var fragmented: WebSocketOpcode?
  private var utf8 = UTF8Validator()
  /// How much of the text in the current frame has been checked.
  private var checked = 0
  private var isClosed = false

  package init(maxMessageSize: Int) {
    self.maxMessageSize = max(maxMessageSize, 0)
  }

  /// Returns the next message or control frame of `input`, which must be the same buffer every
  /// time; nil if more bytes are needed. Discards what follows a Close frame.
  ///
  /// A message in one frame is not copied: it leaves `input` at the next call.
  package mutating func next(
    _ input: inout ByteBuffer
  ) throws(SparkError) -> WebSocketMessage? {
    takeBack(&input)
    guard failureCode == 0 else {
      throw .violation("the server's frames are no longer read after an error")
    }
    if isClosed { input.consume(input.count) }
    while let header = try nextHeader(input.readable) {
      let available = input.readable.dropFirst(header.length).prefix(header.payloadLength)
      let payload = UnsafeRawBufferPointer(rebasing: available)
      if !header.opcode.isControl { try checkText(of: header, payload) }
      guard payload.count == header.payloadLength else { return nil }
      input.lend(header.length + header.payloadLength)
      if header.opcode.isControl { return try control(header.opcode, payload) }
      checked = 0
      var (opcode, message) = (header.opcode, payload)
      if !header.isFinal || fragmented != nil {
        guard let joined = try join(header, payload) else {
          takeBack(&input)
          continue
        }
        (opcode, message) = joined
      }
      // The bytes leave their buffer at the next call, so they may be changed until then.
      return opcode == .text
        ? .text(UnsafeMutableRawBufferPointer(mutating: message)) : .binary(message)
    }
    return nil
  }

  private mutating func takeBack(_ input: inout ByteBuffer) {
    input.takeBack()
    if fragments.takeBack() { fragments.clear() }
  }

  private mutating func nextHeader(
    _ bytes: UnsafeRawBufferPointer
  ) throws(SparkError) -> WebSocketFrameHeader? {
    let header: WebSocketFrameHeader?
    do throws(SparkError) {
      header = try WebSocketFrameHeader.parse(bytes)
    } catch {
      failureCode = WebSocketCloseCode.protocolError.rawValue
      throw error
    }
    guard let header, !header.opcode.isControl else { return header }
    if header.opcode == .continuation, fragmented == nil {
      throw failure(.protocolError, "the server continued a message that it had not begun")
    }
    if header.opcode != .continuation, fragmented != nil {
      throw failure(.protocolError, "the server began a message inside another one")
    }
    guard header.payloadLength <= maxMessageSize - fragments.count else {
      failureCode = WebSocketCloseCode.tooBig.rawValue
      throw SparkError(
        .tooLarge, "the server sent a message of more than \(maxMessageSize) bytes",
        hint: "raise max_message_size if you expect messages of this size")
    }
    return header
  }

  /// Checks the new part of a text frame's payload, which may be incomplete.
  private mutating func checkText(
    of header: WebSocketFrameHeader, _ payload: UnsafeRawBufferPointer
  ) throws(SparkError) {
    guard (fragmented ?? header.opcode) == .text else { return }
    let new = UnsafeRawBufferPointer(rebasing: payload.dropFirst(checked))
    let isLast = header.isFinal && payload.count == header.payloadLength
    guard utf8.consume(new), !isLast || utf8.isComplete else {
      throw failure(.invalidData, "the server sent a text that is not UTF-8")
    }
    checked = payload.count
  }

  /// Adds a complete frame to its message. Returns the message if that is complete, too.
  private mutating func join(
    _ header: WebSocketFrameHeader, _ payload: UnsafeRawBufferPointer
  ) throws(SparkError) -> (WebSocketOpcode, UnsafeRawBufferPointer)? {
    let size = fragments.count + payload.count
    fragments.append(payload)
    guard fragments.count == size else {
      failureCode = WebSocketCloseCode.tooBig.rawValue
      throw SparkError(.noMemory, "out of memory for a message of \(size) bytes")
    }
    let opcode = fragmented ?? header.opcode
    guard header.isFinal else {
      fragmented = opcode
      return nil
    }
    fragmented = nil
    fragments.lend(fragments.count)
    return (opcode, fragments.readable)
  }

  private mutating func control(
    _ opcode: WebSocketOpcode, _ payload: UnsafeRawBufferPointer
  ) throws(SparkError) -> WebSocketMessage {
    switch opcode {
    case .ping: return .ping(payload)
    case .pong: return .pong(payload)
    default: return try close(payload)
    }
  }

  private mutating func close(
    _ payload: UnsafeRawBufferPointer
  ) throws(SparkError) -> WebSocketMessage {
    guard payload.count > 0 else {
      isClosed = true
      return .close(code: nil, reason: "")
    }
    guard payload.count >= 2 else {
      throw failure(.protocolError, "the server sent a Close frame with an incomplete code")
    }
    let code = UInt16(bigEndian: payload.loadUnaligned(as: UInt16.self))
    guard WebSocketCloseCode(rawValue: code).isLegalOnWire else {
      throw failure(.protocolError, "the server closed with the illegal code \(code)")
    }
    let reason = UnsafeRawBufferPointer(rebasing: payload.dropFirst(2))
    var utf8 = UTF8Validator()
    guard utf8.consume(reason), utf8.isComplete else {
      throw failure(.invalidData, "the server closed with a reason that is not UTF-8")
    }
    isClosed = true
    return .close(code: code, reason: String(decoding: reason, as: UTF8.self))
  }

  private mutating func failure(_ code: WebSocketCloseCode, _ message: String) -> SparkError {
    failureCode = code.rawValue
    return .violation(message)
  }
}
