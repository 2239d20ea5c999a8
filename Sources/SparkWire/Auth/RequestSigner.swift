internal import COpenSSL

/// Signs the URL of a WebSocket upgrade (protocol 2.1), or of an HTTP request that is signed in the
/// same way (3.8).
///
/// The signature, the query and the Host header contain the same host (with its port, unless that
/// is the default). A signed URL is as good as a password for 300 s, so it is only built in a
/// wiping buffer.
package struct RequestSigner: Sendable {
  private let url: ServiceURL
  private let credentials: Credentials
  private let method: String

  package init(url: ServiceURL, credentials: Credentials, method: String = "GET") {
    self.url = url
    self.credentials = credentials
    self.method = method
  }

  /// Appends path and query with the signature for the given time. `buffer` must be a wiping one.
  package func appendTarget(at unixSeconds: Int64, to buffer: inout ByteBuffer) {
    let date = HTTPDate.string(unixSeconds: unixSeconds)
    buffer.append(url.path)
    buffer.append("?")
    if let query = url.query, !query.isEmpty {
      buffer.append(query)
      buffer.append("&")
    }
    buffer.append("authorization=")
    var authorization = ByteBuffer(wiping: true)
    appendAuthorization(date: date, to: &authorization)
    var encoded = ByteBuffer(wiping: true)
    encoded.appendBase64(authorization.readable)
    if authorization.hasFailed || encoded.hasFailed { buffer.markFailed() }
    buffer.appendQueryValue(encoded.readable)
    buffer.append("&date=")
    buffer.appendQueryValue(date)
    buffer.append("&host=")
    buffer.appendQueryValue(url.authority)
  }

  /// Appends the `authorization` text before its outer Base64.
  package func appendAuthorization(date: String, to buffer: inout ByteBuffer) {
    buffer.append("api_key=\"")
    credentials.apiKey?.withBytes { buffer.append($0) }
    buffer.append("\", algorithm=\"hmac-sha256\", headers=\"host date request-line\", signature=\"")
    appendSignature(date: date, to: &buffer)
    buffer.append("\"")
  }

  /// Appends the signature in Base64.
  package func appendSignature(date: String, to buffer: inout ByteBuffer) {
    var origin = ByteBuffer(wiping: true)
    origin.append("host: \(url.authority)\ndate: \(date)\n\(method) \(url.path) HTTP/1.1")
    guard (try? OpenSSLGate.shared.enter()) != nil else { return buffer.markFailed() }
    defer { OpenSSLGate.shared.leave() }
    var digest: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &digest) { digest in
      var size = UInt32(digest.count)
      let made = credentials.apiSecret?.withBytes { key in
        HMAC(
          EVP_sha256(), key.baseAddress, Int32(clamping: key.count),
          origin.readable.baseAddress?.assumingMemoryBound(to: UInt8.self), origin.count,
          digest.baseAddress?.assumingMemoryBound(to: UInt8.self), &size)
      }
      // The service would refuse a wrong signature with a misleading reason.
      if made == nil || origin.hasFailed {
        buffer.markFailed()
        ERR_clear_error()
      }
      buffer.appendBase64(UnsafeRawBufferPointer(digest))
    }
  }
}
