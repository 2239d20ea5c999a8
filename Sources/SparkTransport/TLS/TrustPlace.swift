internal import COpenSSL
internal import Glibc
internal import SparkWire

/// Where trusted certificates are kept. A path need not be UTF-8.
struct TrustPlace: Sendable {
  let path: OwnedText
  /// As `openssl rehash` prepares it; otherwise a file.
  let isDirectory: Bool

  /// Returns the places of a file and of directories. OpenSSL always splits directories at ":". A list
  /// without any becomes one directory without a name, which cannot be read.
  static func named(file: OwnedText?, directories: OwnedText?) -> [TrustPlace] {
    var places: [TrustPlace] = []
    if let file { places.append(TrustPlace(path: file, isDirectory: false)) }
    guard let directories else { return places }
    let names = directories.bytes.split(separator: UInt8(ascii: ":"))
    for name in names.isEmpty ? [directories.bytes.prefix(0)] : names {
      let path = OwnedText(UnsafeRawBufferPointer(rebasing: name))
      places.append(TrustPlace(path: path, isDirectory: true))
    }
    return places
  }

  private var name: UnsafePointer<CChar>? {
    path.bytes.baseAddress?.assumingMemoryBound(to: CChar.self)
  }

  func load(into context: OpaquePointer) throws(SparkError) {
    TLSFailure.clear()
    if isDirectory {
      guard isThere, SSL_CTX_load_verify_dir(context, name) == 1 else {
        throw failure("the CA directory", "prepare it with `openssl rehash`")
      }
    } else {
      guard SSL_CTX_load_verify_file(context, name) == 1 else {
        throw failure(
          "the CA file", "check the file's path and permissions; it must hold PEM certificates")
      }
    }
  }

  var isThere: Bool {
    var status = stat()
    guard let name else { return false }
    return stat(name, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private func failure(_ kind: String, _ hint: String) -> SparkError {
    let report = TLSFailure.take()
    let reason = report.reason ?? "it is not a readable directory"
    var error = SparkError(
      .tls, "\(kind) \"\(path.string)\" could not be read: \(reason)", hint: hint)
    error.osErrno = report.errno
    return error
  }
}

/// Where the trusted certificates of a client come from, for errors.
struct Trusted: Sendable {
  var name = ""
  var places: [TrustPlace] = []

  /// A directory that no longer exists for this process. Its certificates are only read when a connection
  /// needs them.
  var lostDirectory: TrustPlace? { places.first { $0.isDirectory && !$0.isThere } }
}
