public import CSparkChat
internal import SparkCore
internal import SparkTransport
internal import SparkWire

@_cdecl("sparkchat_request_add_message") @implementation
public func sparkchat_request_add_message(
  _ request: OpaquePointer?, _ role: sparkchat_role, _ content: UnsafePointer<CChar>?,
  _ length: Int, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let message = try request.read(nil) { () throws(SparkError) in
      let speaker = try messageRole(role)
      return (speaker, try text(content, length: length, "the \(speaker.rawValue) message"))
    }
    try request.value.addMessage(message.0, message.1)
  }
}

@_cdecl("sparkchat_request_add_image") @implementation
public func sparkchat_request_add_image(
  _ request: OpaquePointer?, _ data: UnsafeRawPointer?, _ length: Int,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let file = try request.read(nil) { () throws(SparkError) in
      guard let data else { throw .null("the image") }
      guard length >= 0 else {
        throw SparkError(.invalidArgument, "the length of the image is too large")
      }
      return UnsafeRawBufferPointer(start: data, count: length)
    }
    try request.value.addImage(file)
  }
}

@_cdecl("sparkchat_request_add_image_file") @implementation
public func sparkchat_request_add_image_file(
  _ request: OpaquePointer?, _ path: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let path = try request.read(nil) { () throws(SparkError) in
      try text(path, "the image's path")
    }
    var file = ByteBuffer()
    do throws(SparkError) {
      try RegularFile.read(path, into: &file, limit: ImageFile.maxBytes)
    } catch {
      throw request.value.reject(nil, error)
    }
    try request.value.addImage(file.readable)
  }
}

@_cdecl("sparkchat_request_add_image_url") @implementation
public func sparkchat_request_add_image_url(
  _ request: OpaquePointer?, _ url: UnsafePointer<CChar>?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let url = try request.read(nil) { () throws(SparkError) in try text(url, "the image's URL") }
    try request.value.addImage(url: url)
  }
}

@_cdecl("sparkchat_request_add_tool_call") @implementation
public func sparkchat_request_add_tool_call(
  _ request: OpaquePointer?, _ id: UnsafePointer<CChar>?, _ name: UnsafePointer<CChar>?,
  _ arguments: UnsafePointer<CChar>?, _ length: Int,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let call = try request.read(nil) { () throws(SparkError) in
      Message.Call(
        id: try text(id, "the call's id"), name: try text(name, "the tool's name"),
        arguments: try text(arguments, length: length, "the tool's arguments"))
    }
    try request.value.addCall(call)
  }
}

@_cdecl("sparkchat_request_add_tool_result") @implementation
public func sparkchat_request_add_tool_result(
  _ request: OpaquePointer?, _ callID: UnsafePointer<CChar>?, _ content: UnsafePointer<CChar>?,
  _ length: Int, _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let result = try request.read(nil) { () throws(SparkError) in
      (
        id: try text(callID, "the call's id"),
        content: try text(content, length: length, "the tool's result")
      )
    }
    try request.value.addResult(callID: result.id, result.content)
  }
}

@_cdecl("sparkchat_request_add_response") @implementation
public func sparkchat_request_add_response(
  _ request: OpaquePointer?, _ response: OpaquePointer?,
  _ error: UnsafeMutablePointer<OpaquePointer?>?
) -> sparkchat_status {
  boundary(request, RequestHandle.self, error) { request throws(SparkError) in
    let message = try request.read(nil) { () throws(SparkError) in
      try object(response, ResponseHandle.self).response.checkedMessage()
    }
    if let message { request.value.add(message) }
  }
}
