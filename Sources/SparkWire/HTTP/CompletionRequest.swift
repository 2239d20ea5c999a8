/// The HTTP request that asks a question (protocol 3.6, 6.1).
package enum CompletionRequest {
  /// Appends the request. `buffer` must be a wiping one: the bearer secret is in it.
  package static func append(
    _ body: UnsafeRawBufferPointer, url: ServiceURL, credentials: Credentials, patchID: String?,
    to buffer: inout ByteBuffer
  ) {
    buffer.append("POST ")
    buffer.append(url.target)
    buffer.append(" HTTP/1.1\r\nHost: ")
    buffer.append(url.authority)
    buffer.append("\r\nUser-Agent: ")
    buffer.append(Version.userAgent)
    buffer.append("\r\nAuthorization: Bearer ")
    credentials.appendBearer(to: &buffer)
    if let patchID {
      buffer.append("\r\nlora_id: ")
      buffer.append(patchID)
    }
    buffer.append("\r\nContent-Type: application/json\r\nAccept: text/event-stream")
    buffer.append("\r\nAccept-Encoding: identity\r\nContent-Length: ")
    buffer.append(String(body.count))
    buffer.append("\r\n\r\n")
    buffer.append(body)
  }
}
