import SparkWire

private struct Outcome: Equatable {
  var isConnected = false
  var sent: [UInt8] = []
  var rest: [UInt8] = []
  var failure: SparkError?
}

/// An HTTP proxy's answer to CONNECT.
func httpConnect(_ bytes: Bytes) {
  talk("http://alice:hunter2@proxy", bytes)
}

/// A SOCKS 5 proxy's answer.
func socks5(_ bytes: Bytes) {
  talk("socks5://alice:hunter2@proxy", bytes)
  talk("socks5://proxy", bytes)
}

private func talk(_ proxy: String, _ bytes: Bytes) {
  guard let proxy = try? Proxy(proxy), let target = try? ServiceURL("wss://spark.example/v1") else {
    fatalError("the target itself is wrong")
  }
  expectSame(bytes) { pieces in
    var handshake = ProxyHandshake(proxy, target: target)
    var input = ByteBuffer()
    var output = ByteBuffer(wiping: true)
    var outcome = Outcome()
    outcome.failure = failure { () throws(SparkError) in
      outcome.isConnected = try handshake.advance(&input, &output)
      for piece in pieces {
        input.append(piece)
        if !outcome.isConnected { outcome.isConnected = try handshake.advance(&input, &output) }
      }
    }
    outcome.sent = [UInt8](output.readable)
    // After a failure, no more is read.
    outcome.rest = outcome.failure == nil ? [UInt8](input.readable) : []
    let said = "\(outcome.failure?.message ?? "") \(outcome.failure?.hint ?? "")"
    expect(!said.contains("hunter2") && !said.contains("YWxpY2U6aHVudGVyMg"), said)
    return outcome
  }
}
