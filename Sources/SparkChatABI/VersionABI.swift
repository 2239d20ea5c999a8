internal import COpenSSL
internal import CSparkChat
internal import SparkWire

private let details = OwnedText(
  "sparkchat/\(Version.string) OpenSSL/\(text(OpenSSL_version(OPENSSL_VERSION_STRING)))"
    + " jansson/\(text(JSONText.libraryVersion))")

@_cdecl("sparkchat_version_number") @implementation
public func sparkchat_version_number() -> Int32 {
  SPARKCHAT_VERSION_MAJOR << 16 | SPARKCHAT_VERSION_MINOR << 8 | SPARKCHAT_VERSION_PATCH
}

@_cdecl("sparkchat_version_string") @implementation
public func sparkchat_version_string() -> UnsafePointer<CChar>? {
  exported(Version.string)
}

@_cdecl("sparkchat_version_details") @implementation
public func sparkchat_version_details() -> UnsafePointer<CChar>? {
  details.bytes.exported()
}

@_cdecl("sparkchat_abi_version") @implementation
public func sparkchat_abi_version() -> Int32 {
  SPARKCHAT_ABI_VERSION
}

private func text(_ version: UnsafePointer<CChar>?) -> String {
  version.map { String(cString: $0) } ?? "unknown"
}
