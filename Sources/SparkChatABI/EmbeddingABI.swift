public import CSparkChat
internal import SparkCore
internal import SparkWire

extension EmbeddingDomain {
  init?(_ domain: sparkchat_embedding_domain) {
    guard let number = Int32(exactly: domain.rawValue) else { return nil }
    self.init(rawValue: number)
  }
}

extension ClientHandle {
  fileprivate func openEmbedding(
    _ pointer: UnsafePointer<CChar>?, _ length: Int, _ domain: sparkchat_embedding_domain
  ) throws(SparkError) -> StreamHandle {
    let text = try text(pointer, length: length, "the text")
    guard let known = EmbeddingDomain(domain) else {
      throw .unknown("sparkchat_embedding_domain", domain.rawValue)
    }
    return StreamHandle(try client.openEmbedding(text, known))
  }
}

@_cdecl("sparkchat_client_embed") @implementation
public func sparkchat_client_embed(
  _ client: OpaquePointer?, _ text: UnsafePointer<CChar>?, _ length: Int,
  _ domain: sparkchat_embedding_domain, _ response: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  response?.pointee = nil
  return boundary(client, ClientHandle.self, error) { client throws(SparkError) in
    let stream = try client.openEmbedding(text, length, domain)
    response?.pointee = stream.response.retained()
    try stream.run { _ in 0 }
  }
}

@_cdecl("sparkchat_client_open_embedding") @implementation
public func sparkchat_client_open_embedding(
  _ client: OpaquePointer?, _ text: UnsafePointer<CChar>?, _ length: Int,
  _ domain: sparkchat_embedding_domain, _ stream: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  stream?.pointee = nil
  return boundary(client, ClientHandle.self, error) { client throws(SparkError) in
    guard let stream else { throw .null("the place for the stream") }
    stream.pointee = try client.openEmbedding(text, length, domain).retained()
  }
}

@_cdecl("sparkchat_response_embedding") @implementation
public func sparkchat_response_embedding(
  _ response: OpaquePointer?, _ count: UnsafeMutablePointer<Int>?
) -> UnsafePointer<Float>? {
  count?.pointee = 0
  guard let numbers = ResponseHandle.borrow(response)?.response.vector?.numbers else { return nil }
  count?.pointee = numbers.count
  return numbers.baseAddress
}
