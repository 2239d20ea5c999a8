import Glibc

/// Answers the library's lookups of names that end in `.sparkchat.test`, and passes on all others. No test
/// depends on a name server.
///
/// - `127-0-0-1.127-0-0-2.addresses.sparkchat.test` has these addresses, in this order.
/// - `300.slow.sparkchat.test` is not found, after 300 ms.
@_cdecl("getaddrinfo")
func fakeLookup(
  _ host: UnsafePointer<CChar>?, _ service: UnsafePointer<CChar>?,
  _ hints: UnsafePointer<addrinfo>?,
  _ result: UnsafeMutablePointer<UnsafeMutablePointer<addrinfo>?>?
) -> Int32 {
  guard let host, let result, case let name = String(cString: host),
    name.hasSuffix(".sparkchat.test")
  else { return systemLookup(host, service, hints, result) }
  let isNumericOnly = (hints?.pointee.ai_flags ?? 0) & AI_NUMERICHOST != 0
  let labels = name.split(separator: ".")
  guard !isNumericOnly, labels.count > 3 else { return EAI_NONAME }
  if labels[labels.count - 3] == "slow" {
    usleep(UInt32(labels[0]).map { $0 * 1_000 } ?? 0)
    return EAI_AGAIN
  }
  result.pointee = nil
  for address in labels.dropLast(3).reversed() {
    var found: UnsafeMutablePointer<addrinfo>?
    let numeric = address.split(separator: "-").joined(separator: ".")
    let failure = systemLookup(numeric, service, hints, &found)
    guard failure == 0 else { return failure }
    found?.pointee.ai_next = result.pointee
    result.pointee = found
  }
  return 0
}

private typealias Lookup =
  @convention(c) (
    UnsafePointer<CChar>?, UnsafePointer<CChar>?, UnsafePointer<addrinfo>?,
    UnsafeMutablePointer<UnsafeMutablePointer<addrinfo>?>?
  ) -> Int32

/// The system's function. RTLD_NEXT is -1.
private let systemLookup: Lookup = {
  let symbol = dlsym(UnsafeMutableRawPointer(bitPattern: -1), "getaddrinfo")
  return unsafeBitCast(symbol, to: Lookup.self)
}()
