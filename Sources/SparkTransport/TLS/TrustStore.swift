internal import COpenSSL
internal import CSystem
internal import Glibc
internal import SparkWire

/// Which certificates a client trusts.
package enum TrustStore: Sendable {
  /// The system's, or those in SSL_CERT_FILE and SSL_CERT_DIR.
  case system
  /// Only those of a file, of directories (separated by ":"), or both.
  case custom(file: String?, directory: String?)

  /// Directories that distributions keep in OpenSSL's hashed form: a connection reads one small file
  /// instead of about 140 certificates.
  private static let directories = [
    "/etc/ssl/certs", "/etc/pki/tls/certs", "/etc/pki/ca-trust/extracted/pem/directory-hash",
    "/var/lib/ca-certificates/openssl", "/usr/lib/ssl/certs",
  ]
  /// The same certificates in one file: Debian and Alpine, Red Hat, SUSE, and others.
  private static let files = [
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem", "/var/lib/ca-certificates/ca-bundle.pem",
  ]

  func load(into context: OpaquePointer) throws(SparkError) -> Trusted {
    switch self {
    case .custom(let file, let directory):
      let places = TrustPlace.named(
        file: file.map { OwnedText($0) }, directories: directory.map { OwnedText($0) })
      for place in places { try place.load(into: context) }
      return Trusted(name: places.map(\.path.string).joined(separator: " and "), places: places)
    case .system:
      return try Self.loadSystem(into: context)
    }
  }

  private static func loadSystem(into context: OpaquePointer) throws(SparkError) -> Trusted {
    let file = variable("SSL_CERT_FILE")
    let directory = variable("SSL_CERT_DIR")
    if file != nil || directory != nil {
      let names = [file.map { _ in "SSL_CERT_FILE" }, directory.map { _ in "SSL_CERT_DIR" }]
      let named = names.compactMap(\.self).joined(separator: " and ")
      let places = TrustPlace.named(file: file, directories: directory)
      return Trusted(name: named, places: try load(anyOf: places, named, into: context))
    }
    if let place = systemPlace {
      try place.load(into: context)
      return Trusted(name: place.path.string, places: [place])
    }
    // No distribution's store was found: fall back to OpenSSL's built-in paths, which may be empty.
    _ = SSL_CTX_set_default_verify_paths(context)
    TLSFailure.clear()
    return Trusted(name: "OpenSSL's own directory")
  }

  private static var systemPlace: TrustPlace? {
    if let directory = directories.first(where: isHashed) {
      return TrustPlace(path: OwnedText(directory), isDirectory: true)
    }
    let file = files.first { faccessat(AT_FDCWD, $0, R_OK, AT_EACCESS) == 0 }
    return file.map { TrustPlace(path: OwnedText($0), isDirectory: false) }
  }

  /// Skips unreadable places, as OpenSSL does, but requires at least one that can be read. Returns those
  /// that can.
  private static func load(
    anyOf places: [TrustPlace], _ named: String, into context: OpaquePointer
  ) throws(SparkError) -> [TrustPlace] {
    var failure: SparkError?
    var loaded: [TrustPlace] = []
    for place in places {
      do {
        try place.load(into: context)
        loaded.append(place)
      } catch {
        failure = failure ?? error
      }
    }
    guard loaded.isEmpty, var failure else { return loaded }
    failure.hint = "\(named) replaced the system's certificates; \(failure.hint)"
    throw failure
  }

  /// Returns an environment variable; nil if it is empty, and always nil in set-uid programs.
  private static func variable(_ name: String) -> OwnedText? {
    guard let value = secure_getenv(name), value.pointee != 0 else { return nil }
    return OwnedText(UnsafeRawBufferPointer(start: value, count: strlen(value)))
  }

  /// Whether a directory has names like "3513523f.0", by which OpenSSL finds certificates.
  static func isHashed(_ directory: String) -> Bool {
    guard let stream = opendir(directory) else { return false }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      if isHash(String(cString: sparkchat_shim_name(entry)).utf8) { return true }
    }
    return false
  }

  private static func isHash(_ name: String.UTF8View) -> Bool {
    let hash = name.prefix(8)
    let rest = name.dropFirst(8)
    return hash.count == 8 && rest.count > 1 && rest.first == UInt8(ascii: ".")
      && hash.allSatisfy { isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
      && rest.dropFirst().allSatisfy(isDigit)
  }

  private static func isDigit(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
  }
}
