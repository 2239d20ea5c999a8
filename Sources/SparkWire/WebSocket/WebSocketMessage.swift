/// What a server says in one message or control frame.
///
/// The bytes are borrowed: they are valid until the next call that changes the decoder or the
/// buffer it reads from.
package enum WebSocketMessage {
  /// Valid UTF-8. Whoever reads it may change it where it stands.
  case text(UnsafeMutableRawBufferPointer)
  case binary(UnsafeRawBufferPointer)
  case ping(UnsafeRawBufferPointer)
  case pong(UnsafeRawBufferPointer)
  case close(code: UInt16?, reason: String)
}
