/// An HTTP request with JSON in its body (protocol 3.6, 3.8, 6.1).
package enum PostRequest {
  /// How a request is authorized.
  package enum Authorization {
    /// A secret in the request's head.
    case bearer(Credentials, patchID: String?)
    /// A signature in the URL.
    case signature(RequestSigner, unixSeconds: Int64)
  }

  /// Appends the request. `buffer` must be a wiping one: it holds a secret or a signed URL.
  package static func append(
    _ body: UnsafeRawBufferPointer, url: ServiceURL, authorization: Authorization,
    to buffer: inout ByteBuffer
  ) {
    buffer.append("POST ")
    if case .signature(let signer, let unixSeconds) = authorization {
      signer.appendTarget(at: unixSeconds, to: &buffer)
    } else {
      buffer.append(url.target)
    }
    buffer.append(" HTTP/1.1\r\nHost: ")
    buffer.append(url.authority)
    buffer.append("\r\nUser-Agent: ")
    buffer.append(Version.userAgent)
    if case .bearer(let credentials, let patchID) = authorization {
      buffer.append("\r\nAuthorization: Bearer ")
      credentials.appendBearer(to: &buffer)
      if let patchID {
        buffer.append("\r\nlora_id: ")
        buffer.append(patchID)
      }
      buffer.append("\r\nAccept: text/event-stream")
    } else {
      buffer.append("\r\nAccept: application/json")
    }
    buffer.append("\r\nContent-Type: application/json\r\nAccept-Encoding: identity")
    buffer.append("\r\nContent-Length: ")
    buffer.append(String(body.count))
    buffer.append("\r\n\r\n")
    buffer.append(body)
  }
}
