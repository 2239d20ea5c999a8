internal import COpenSSL
internal import Glibc
internal import SparkWire

/// Which certificates a client trusts.
package enum TrustStore: Sendable {
  /// The system's, or what SSL_CERT_FILE and SSL_CERT_DIR name.
  case system
  /// Only those of a file, a directory, or both.
  case custom(file: String?, directory: String?)

  /// Directories that distributions keep in OpenSSL's hashed form: one small file is read for a
  /// connection instead of some 140 certificates.
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

  func load(into context: OpaquePointer) throws(SparkError) {
    switch self {
    case .custom(let file, let directory):
      if let file { try Self.load(file: file, into: context) }
      if let directory { try Self.load(directory: directory, into: context) }
    case .system:
      try Self.loadSystem(into: context)
    }
  }

  private static func loadSystem(into context: OpaquePointer) throws(SparkError) {
    let file = variable("SSL_CERT_FILE")
    let directory = variable("SSL_CERT_DIR")
    if file != nil || directory != nil {
      if let file { try load(file: file, into: context) }
      if let directory { try load(directory: directory, into: context) }
    } else if let directory = directories.first(where: isHashed) {
      try load(directory: directory, into: context)
    } else if let file = files.first(where: { access($0, R_OK) == 0 }) {
      try load(file: file, into: context)
    } else {
      // Nothing where distributions keep it: what OpenSSL was built with, or no trust at all.
      _ = SSL_CTX_set_default_verify_paths(context)
      TLSFailure.clear()
    }
  }

  private static func load(file: String, into context: OpaquePointer) throws(SparkError) {
    guard access(file, R_OK) == 0 else {
      var error = SparkError.system(.tls, "the CA file \"\(file)\" could not be read", errno: errno)
      error.hint = "check its path and who may read it; it must hold certificates in PEM form"
      throw error
    }
    TLSFailure.clear()
    guard SSL_CTX_load_verify_file(context, file) == 1 else {
      throw failure("the CA file \"\(file)\"", "it must hold certificates in PEM form")
    }
  }

  private static func load(directory: String, into context: OpaquePointer) throws(SparkError) {
    TLSFailure.clear()
    var status = stat()
    guard stat(directory, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
      throw SparkError(
        .tls, "the CA directory \"\(directory)\" is no directory that can be read",
        hint: "prepare it with `openssl rehash`")
    }
    guard SSL_CTX_load_verify_dir(context, directory) == 1 else {
      throw failure("the CA directory \"\(directory)\"", "prepare it with `openssl rehash`")
    }
  }

  private static func failure(_ what: String, _ hint: String) -> SparkError {
    let reason = TLSFailure.takeReason() ?? "unknown reason"
    return SparkError(.tls, "\(what) could not be read: \(reason)", hint: hint)
  }

  private static func variable(_ name: String) -> String? {
    guard let value = getenv(name), value.pointee != 0 else { return nil }
    return String(cString: value)
  }

  /// Whether a directory has names like "3513523f.0", by which OpenSSL finds certificates.
  private static func isHashed(_ directory: String) -> Bool {
    guard let stream = opendir(directory) else { return false }
    defer { closedir(stream) }
    while let entry = readdir(stream) {
      let isHash = withUnsafeBytes(of: &entry.pointee.d_name) { name in
        name.count > 10 && name[8] == UInt8(ascii: ".") && name[9] == UInt8(ascii: "0")
          && name[10] == 0
      }
      if isHash { return true }
    }
    return false
  }
}
