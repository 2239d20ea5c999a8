/// A message or control frame from the server.
///
/// The bytes are borrowed: they are valid until the next call that changes the decoder or the
/// buffer it reads from.
package enum WebSocketMessage {
  /// Valid UTF-8. The reader may change it in place.
  case text(UnsafeMutableRawBufferPointer)
  case binary(UnsafeRawBufferPointer)
  case ping(UnsafeRawBufferPointer)
  case pong(UnsafeRawBufferPointer)
  case close(code: UInt16?, reason: String)
}
