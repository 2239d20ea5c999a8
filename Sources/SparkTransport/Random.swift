internal import COpenSSL
package import SparkWire

/// Unpredictable bytes for keys and masks.
package enum Random {
  package static func fill(_ target: UnsafeMutableRawBufferPointer) throws(SparkError) {
    try OpenSSLGate.shared.enter()
    defer { OpenSSLGate.shared.leave() }
    TLSFailure.clear()
    let start = target.baseAddress?.assumingMemoryBound(to: UInt8.self)
    guard RAND_bytes(start, Int32(clamping: target.count)) == 1 else {
      let reason = TLSFailure.takeReason() ?? "unknown reason"
      throw SparkError(
        .tls, "OpenSSL returned no random bytes: \(reason)",
        hint: "check \(TLSFailure.configuration)")
    }
  }
}
