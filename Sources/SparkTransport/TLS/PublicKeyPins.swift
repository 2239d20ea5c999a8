internal import COpenSSL
package import SparkWire

/// The public keys that a server may have, as SHA-256 digests of their SubjectPublicKeyInfo: a check in
/// addition to the certificate's chain and name.
package struct PublicKeyPins: Sendable {
  private let digests: [[UInt8]]

  /// Parses "sha256//BASE64;sha256//BASE64".
  package init(_ text: String) throws(SparkError) {
    var digests: [[UInt8]] = []
    for pin in text.utf8.split(separator: UInt8(ascii: ";")) {
      guard let digest = Self.parse(Array(pin)) else {
        throw SparkError(
          .invalidArgument, "the pin \"\(excerpt(String(Substring(pin))))\" is malformed",
          hint: "write sha256// and the Base64 of the SHA-256 of the server's public key")
      }
      digests.append(digest)
    }
    guard !digests.isEmpty else {
      throw SparkError(.invalidArgument, "the list of pinned keys is empty")
    }
    self.digests = digests
  }

  func check(_ connection: OpaquePointer, host: String) throws(SparkError) {
    guard let digest = Self.digest(of: connection), digests.contains(digest) else {
      TLSFailure.clear()
      throw SparkError(
        .certificate, "the public key of \(host) is not one of the pinned keys",
        hint: "if the server has a new key that you trust, pin that key")
    }
  }

  private static func parse(_ pin: [UInt8]) -> [UInt8]? {
    let prefix = Array("sha256//".utf8)
    guard pin.starts(with: prefix) else { return nil }
    let base64 = Array(pin.dropFirst(prefix.count))
    // 32 bytes are 43 characters and one "=".
    guard base64.count == 44, base64.firstIndex(of: UInt8(ascii: "=")) == 43 else { return nil }
    var digest = [UInt8](repeating: 0, count: 33)
    guard EVP_DecodeBlock(&digest, base64, 44) == 33 else { return nil }
    return Array(digest.prefix(32))
  }

  private static func digest(of connection: OpaquePointer) -> [UInt8]? {
    guard let certificate = SSL_get1_peer_certificate(connection) else { return nil }
    defer { X509_free(certificate) }
    var encoded: UnsafeMutablePointer<UInt8>?
    let count = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(certificate), &encoded)
    guard count > 0, let encoded else { return nil }
    defer { CRYPTO_free(encoded, nil, 0) }
    var digest = [UInt8](repeating: 0, count: 32)
    _ = SHA256(encoded, Int(count), &digest)
    return digest
  }
}
