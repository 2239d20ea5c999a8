import Glibc

/// All fuzz targets in one program, under libFuzzer and the address sanitizer. The variable
/// `SPARK_FUZZ_TARGET` selects the target; without it, the program prints the targets' names.
///
/// A target receives bytes as if from outside. It must not trap, and checks what must hold for any
/// input: above all, that the result does not depend on how the bytes are split.
typealias Target = @Sendable (UnsafeRawBufferPointer) -> Void

let targets: [String: Target] = [
  "answer-body": answerBody,
  "chunked": chunked,
  "completions": completions,
  "dates": dates,
  "embedding": embedding,
  "endpoint": endpoint,
  "event-stream": eventStream,
  "frame-encoder": frameEncoder,
  "handshake": handshake,
  "history": history,
  "http-answer": httpAnswer,
  "http-connect": httpConnect,
  "http-head": httpHead,
  "image": image,
  "json": json,
  "no-proxy": noProxy,
  "proxy-url": proxyURL,
  "redaction": redaction,
  "refusal": refusal,
  "request": request,
  "service-frames": serviceFrames,
  "socks5": socks5,
  "surrogates": surrogates,
  "url": url,
  "utf8": utf8,
  "websocket": webSocket,
  "websocket-answer": webSocketAnswer,
]

nonisolated(unsafe) private var target: Target = { _ in }

@_cdecl("LLVMFuzzerInitialize")
public func initialize(
  _ count: UnsafeMutablePointer<CInt>, _ arguments: UnsafeMutableRawPointer
) -> CInt {
  guard let name = getenv("SPARK_FUZZ_TARGET"), let chosen = targets[String(cString: name)] else {
    for name in targets.keys.sorted() { print(name) }
    exit(0)
  }
  target = chosen
  return 0
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  target(UnsafeRawBufferPointer(start: data, count: size))
  return 0
}
