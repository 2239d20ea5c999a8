public import CSparkChat
internal import SparkCore
internal import SparkWire

/// The object behind a C pointer to a client.
final class ClientHandle: Handle {
  static let noun = "client"

  let client: Client
  let url: OwnedText
  let domain: OwnedText

  init(_ client: Client) {
    self.client = client
    url = OwnedText(client.endpoint.url.description)
    domain = OwnedText(client.endpoint.domain)
  }

  func open(_ request: OpaquePointer?) throws(SparkError) -> StreamHandle {
    StreamHandle(try client.open(object(request, RequestHandle.self).value))
  }
}

@_cdecl("sparkchat_client_new") @implementation
public func sparkchat_client_new(
  _ config: OpaquePointer?, _ client: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  client?.pointee = nil
  return boundary(config, ConfigHandle.self, error) { config throws(SparkError) in
    guard let client else { throw .null("the place for the client") }
    client.pointee = ClientHandle(try Client(config.value)).retained()
  }
}

@_cdecl("sparkchat_client_free") @implementation
public func sparkchat_client_free(_ client: OpaquePointer?) {
  ClientHandle.release(client)
}

@_cdecl("sparkchat_client_url") @implementation
public func sparkchat_client_url(_ client: OpaquePointer?) -> UnsafePointer<CChar>? {
  ClientHandle.borrow(client)?.url.bytes.exported()
}

@_cdecl("sparkchat_client_domain") @implementation
public func sparkchat_client_domain(_ client: OpaquePointer?) -> UnsafePointer<CChar>? {
  ClientHandle.borrow(client)?.domain.bytes.exported()
}

@_cdecl("sparkchat_client_transport") @implementation
public func sparkchat_client_transport(_ client: OpaquePointer?) -> sparkchat_transport {
  guard let client = ClientHandle.borrow(client)?.client else { return SPARKCHAT_TRANSPORT_AUTO }
  return sparkchat_transport(UInt32(client.endpoint.transport.rawValue))
}

@_cdecl("sparkchat_client_model") @implementation
public func sparkchat_client_model(_ client: OpaquePointer?) -> OpaquePointer? {
  ClientHandle.borrow(client)?.client.endpoint.model.flatMap { ModelHandle.named($0.name) }?
    .borrowed()
}

@_cdecl("sparkchat_client_open") @implementation
public func sparkchat_client_open(
  _ client: OpaquePointer?, _ request: OpaquePointer?,
  _ stream: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  stream?.pointee = nil
  return boundary(client, ClientHandle.self, error) { client throws(SparkError) in
    guard let stream else { throw .null("the place for the stream") }
    stream.pointee = try client.open(request).retained()
  }
}

@_cdecl("sparkchat_client_connect") @implementation
public func sparkchat_client_connect(
  _ client: OpaquePointer?, _ stream: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  stream?.pointee = nil
  return boundary(client, ClientHandle.self, error) { client throws(SparkError) in
    guard let stream else { throw .null("the place for the stream") }
    stream.pointee = StreamHandle(try client.client.connect()).retained()
  }
}

@_cdecl("sparkchat_client_invoke") @implementation
public func sparkchat_client_invoke(
  _ client: OpaquePointer?, _ request: OpaquePointer?,
  _ response: UnsafeMutablePointer<OpaquePointer?>?, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  response?.pointee = nil
  return boundary(client, ClientHandle.self, error) { client throws(SparkError) in
    let stream = try client.open(request)
    response?.pointee = stream.response.retained()
    try stream.run { _ in 0 }
  }
}

@_cdecl("sparkchat_client_stream") @implementation
public func sparkchat_client_stream(
  _ client: OpaquePointer?, _ request: OpaquePointer?, _ onEvent: sparkchat_event_fn?,
  _ userData: UnsafeMutableRawPointer?, _ response: UnsafeMutablePointer<OpaquePointer?>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  response?.pointee = nil
  return boundary(client, ClientHandle.self, error) { client throws(SparkError) in
    guard let onEvent else { throw .null("the callback") }
    let stream = try client.open(request)
    response?.pointee = stream.response.retained()
    try stream.run { event in onEvent(event, userData) }
  }
}
