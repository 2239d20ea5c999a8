internal import COpenSSL
internal import Glibc
internal import SparkWire

/// Where trusted certificates are kept.
enum TrustPlace {
  case file(String)
  /// As `openssl rehash` prepares it.
  case directory(String)

  /// Returns the places of a file and of directories. OpenSSL always splits directories at ":".
  static func named(file: String?, directories: String?) -> [TrustPlace] {
    (file.map { [.file($0)] } ?? [])
      + (directories ?? "").split(separator: ":").map { .directory(String($0)) }
  }

  var path: String {
    switch self {
    case .file(let path), .directory(let path): path
    }
  }

  func load(into context: OpaquePointer) throws(SparkError) {
    TLSFailure.clear()
    switch self {
    case .file(let path):
      guard SSL_CTX_load_verify_file(context, path) == 1 else {
        throw failure(
          "the CA file", "check the file's path and permissions; it must hold PEM certificates")
      }
    case .directory(let path):
      guard Self.isDirectory(path), SSL_CTX_load_verify_dir(context, path) == 1 else {
        throw failure("the CA directory", "prepare it with `openssl rehash`")
      }
    }
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  private func failure(_ kind: String, _ hint: String) -> SparkError {
    let report = TLSFailure.take()
    let reason = report.reason ?? "it is not a readable directory"
    var error = SparkError(.tls, "\(kind) \"\(path)\" could not be read: \(reason)", hint: hint)
    error.osErrno = report.errno
    return error
  }
}
