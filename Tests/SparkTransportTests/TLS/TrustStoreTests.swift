import Foundation
import Glibc
import SparkWire
import Testing

@testable import SparkTransport

private func loading(_ trust: TrustStore) -> SparkError? {
  failure { () throws(SparkError) in
    _ = try TLSContext(trust: trust, identity: nil, pins: nil)
  }
}

/// A directory that exists for the duration of a test.
private final class TemporaryDirectory {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "sparkchat \(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit {
    try? FileManager.default.removeItem(atPath: path)
  }

  func write(_ name: String, _ text: String) throws -> String {
    try text.write(toFile: "\(path)/\(name)", atomically: false, encoding: .utf8)
    return "\(path)/\(name)"
  }
}

/// Serialized, because the environment belongs to the whole process.
@Suite(.withEmulator, .serialized)
struct TrustStoreTests {
  private let directory: TemporaryDirectory
  private let caFile: String

  init() throws {
    unsetenv("SSL_CERT_FILE")
    unsetenv("SSL_CERT_DIR")
    directory = try TemporaryDirectory()
    caFile = try Emulator.running().ready.caFile
  }

  /// Whether the emulator's certificate is trusted.
  private func isTrusted(by trust: TrustStore) throws -> Bool {
    let waker = Waker()
    let url = try Emulator.running().url(.wss)
    let connection = try connection(url, waker, trust: trust)
    let error = failure { () throws(SparkError) in try connection.open(waker) }
    #expect(error == nil || error?.status == .certificate, "\(error?.message ?? "")")
    return error == nil
  }

  @Test func `trusts what is in a file, and nothing else`() throws {
    #expect(try isTrusted(by: .custom(file: caFile, directory: nil)))
    #expect(try !isTrusted(by: .custom(file: nil, directory: directory.path)))
    #expect(try !isTrusted(by: .system))
  }

  @Test func `trusts what is in a directory, as openssl rehash prepares it`() throws {
    let hash = try hashOfSubject(caFile)
    try FileManager.default.createSymbolicLink(
      atPath: "\(directory.path)/\(hash).0", withDestinationPath: caFile)
    #expect(try isTrusted(by: .custom(file: nil, directory: directory.path)))
  }

  @Test func `a file and a directory may be set together`() throws {
    #expect(try isTrusted(by: .custom(file: caFile, directory: directory.path)))
  }

  @Test func `says which file it cannot read`() throws {
    let missing = "\(directory.path)/missing.pem"
    let text = try directory.write("text.pem", "not a certificate")
    let empty = try directory.write("empty.pem", "")
    let broken = try directory.write(
      "broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")
    for path in [missing, text, empty, broken, directory.path] {
      let error = try #require(loading(.custom(file: path, directory: nil)))
      #expect(error.status == .tls)
      #expect(error.message.contains("the CA file \"\(path)\" could not be read: "))
      #expect(error.hint.contains("PEM"))
    }
    #expect(try !hasOpenSSLErrors())
  }

  @Test func `says which directory it cannot read`() throws {
    let file = try directory.write("file", "x")
    for path in ["\(directory.path)/missing", file] {
      let error = try #require(loading(.custom(file: nil, directory: path)))
      #expect(error.status == .tls)
      #expect(error.message.contains("the CA directory \"\(path)\""))
      #expect(error.hint.contains("openssl rehash"))
    }
  }

  @Test func `the system's certificates can be read`() throws {
    #expect(loading(.system) == nil)
    #expect(try !hasOpenSSLErrors())
  }

  private func name(file: String? = nil, directories: String? = nil) {
    for (variable, value) in [("SSL_CERT_FILE", file), ("SSL_CERT_DIR", directories)] {
      if let value { setenv(variable, value, 1) } else { unsetenv(variable) }
    }
  }

  /// Links the emulator's authority into the directory, under the name that OpenSSL looks for.
  private func rehash() throws {
    try FileManager.default.createSymbolicLink(
      atPath: "\(directory.path)/\(try hashOfSubject(caFile)).0", withDestinationPath: caFile)
  }

  @Test func `honours SSL_CERT_FILE`() throws {
    name(file: caFile)
    #expect(try isTrusted(by: .system))
    // A trust store that the program sets has priority.
    #expect(try !isTrusted(by: .custom(file: nil, directory: directory.path)))
    name(file: "")
    #expect(try !isTrusted(by: .system))
  }

  @Test func `honours SSL_CERT_DIR, which is a list`() throws {
    try rehash()
    let missing = "\(directory.path)/missing"
    for list in [
      directory.path, "\(missing):\(directory.path)", "\(directory.path):\(missing)",
      "/:\(directory.path)", ":\(directory.path):",
    ] {
      name(directories: list)
      #expect(try isTrusted(by: .system), "\(list)")
    }
  }

  @Test func `passes over what the variables name in vain, while something is left`() throws {
    try rehash()
    let missing = "\(directory.path)/missing"
    let text = try directory.write("text.pem", "not a certificate")
    name(file: caFile, directories: "\(missing):\(text)")
    #expect(try isTrusted(by: .system))
    for file in [missing, text, directory.path] {
      name(file: file, directories: directory.path)
      #expect(try isTrusted(by: .system), "\(file)")
    }
    #expect(try !hasOpenSSLErrors())
  }

  @Test func `reports variables that leave nothing to trust`() throws {
    let missing = "\(directory.path)/missing"
    name(file: missing)
    let error = try #require(loading(.system))
    #expect(error.status == .tls)
    #expect(error.message.contains("the CA file \"\(missing)\""))
    #expect(error.hint.hasPrefix("SSL_CERT_FILE replaced"))
    name(file: missing, directories: "\(missing):\(missing)")
    #expect(loading(.system)?.hint.hasPrefix("SSL_CERT_FILE and SSL_CERT_DIR replaced") == true)
    name(directories: missing)
    #expect(loading(.system)?.message.contains("CA directory") == true)
    #expect(try !hasOpenSSLErrors())
  }

  @Test(arguments: [":", "::::"])
  func `a list without a directory leaves nothing to trust`(list: String) throws {
    let error = try #require(loading(.custom(file: nil, directory: list)))
    #expect(error.status == .tls)
    #expect(loading(.custom(file: caFile, directory: list)) != nil)
    name(directories: list)
    #expect(loading(.system)?.hint.hasPrefix("SSL_CERT_DIR replaced") == true)
    name(file: caFile, directories: list)
    #expect(try isTrusted(by: .system))
  }

  @Test func `directories that a program sets are a list, each of which must be there`() throws {
    try rehash()
    #expect(try isTrusted(by: .custom(file: nil, directory: "/:\(directory.path)")))
    let missing = "\(directory.path)/missing"
    let error = loading(.custom(file: nil, directory: "\(directory.path):\(missing)"))
    #expect(error?.message.contains("\"\(missing)\"") == true)
  }

  @Test(arguments: [
    ("3513523f.0", true), ("3513523f.12", true), ("somename.0", false), ("3513523F.0", false),
    ("3513523f.r0", false), ("3513523f.", false), ("3513523f", false), ("3513523f.0~", false),
    ("13513523f.0", false), (".0", false), ("a", false),
  ])
  func `knows a hashed directory by OpenSSL's names`(name: String, isHashed: Bool) throws {
    _ = try directory.write(name, "")
    #expect(TrustStore.isHashed(directory.path) == isHashed)
  }

  /// Returns the name under which OpenSSL looks for a certificate.
  private func hashOfSubject(_ path: String) throws -> String {
    let program = dlopen(nil, RTLD_NOW)
    typealias Open = @convention(c) (UnsafePointer<CChar>, UnsafePointer<CChar>) -> OpaquePointer?
    typealias Read =
      @convention(c) (OpaquePointer?, OpaquePointer?, OpaquePointer?, OpaquePointer?) ->
      OpaquePointer?
    typealias Hash = @convention(c) (OpaquePointer?) -> UInt
    typealias Free = @convention(c) (OpaquePointer?) -> Void
    let open = unsafeBitCast(try #require(dlsym(program, "BIO_new_file")), to: Open.self)
    let read = unsafeBitCast(try #require(dlsym(program, "PEM_read_bio_X509")), to: Read.self)
    let hash = unsafeBitCast(
      try #require(dlsym(program, "X509_subject_name_hash")), to: Hash.self)
    let close = unsafeBitCast(try #require(dlsym(program, "BIO_free_all")), to: Free.self)
    let free = unsafeBitCast(try #require(dlsym(program, "X509_free")), to: Free.self)
    let file = open(path, "r")
    defer { close(file) }
    let certificate = try #require(read(file, nil, nil, nil))
    defer { free(certificate) }
    return String(format: "%08lx", hash(certificate))
  }
}

struct IdentityTests {
  @Test func `says which of certificate and key it cannot read`() throws {
    let identity = ClientIdentity(certificate: "/nowhere/c.pem", key: "/nowhere/k.pem")
    let error = try #require(
      failure { () throws(SparkError) in
        _ = try TLSContext(
          trust: .custom(file: nil, directory: nil), identity: identity, pins: nil)
      })
    #expect(error.status == .tls)
    #expect(error.message.contains("\"/nowhere/c.pem\""))
  }

  @Test(arguments: [
    "", ";", "sha256//", "sha256//AAAA", "sha1//AAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
    "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
    "sha256//****************************************AAA=",
    "sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=;nonsense",
  ])
  func `refuses what is no pin`(text: String) {
    let error = failure { () throws(SparkError) in _ = try PublicKeyPins(text) }
    #expect(error?.status == .invalidArgument)
  }

  @Test(.withEmulator) func `refuses a server with another key than the pinned one`() throws {
    let waker = Waker()
    let pins = try PublicKeyPins("sha256//AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")
    let connection = try connection(
      Emulator.running().url(.wss), waker,
      trust: .custom(file: Emulator.running().ready.caFile, directory: nil), pins: pins)
    let error = failure { () throws(SparkError) in try connection.open(waker) }
    #expect(error?.status == .certificate)
    #expect(error?.message.contains("not one of the pinned keys") == true)
  }
}
