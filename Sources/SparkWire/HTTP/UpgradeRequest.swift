/// The HTTP request that opens a WebSocket.
package enum UpgradeRequest {
  /// Appends the request. `buffer` must be a wiping one: it holds a signed URL.
  package static func append(
    url: ServiceURL, signer: RequestSigner, unixSeconds: Int64, key: String,
    to buffer: inout ByteBuffer
  ) {
    buffer.append("GET ")
    signer.appendTarget(at: unixSeconds, to: &buffer)
    buffer.append(" HTTP/1.1\r\nHost: ")
    buffer.append(url.authority)
    buffer.append("\r\nUser-Agent: ")
    buffer.append(Version.userAgent)
    buffer.append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13")
    buffer.append("\r\nSec-WebSocket-Key: ")
    buffer.append(key)
    buffer.append("\r\n\r\n")
  }
}
