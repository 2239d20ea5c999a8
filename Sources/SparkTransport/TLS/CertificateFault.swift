internal import COpenSSL

/// Why a certificate was refused; each case needs different advice.
enum CertificateFault {
  case time, otherName, unknownIssuer, selfSigned, notItsIssuer, forbiddenName, purpose
  case noAuthority, longChain, unknownExtension, weak, revoked, revocationUnknown, malformed, other

  /// - Parameter code: One of OpenSSL's X509_V_ERR_... codes.
  init(_ code: Int32) {
    self =
      switch code {
      case X509_V_ERR_CERT_HAS_EXPIRED, X509_V_ERR_CERT_NOT_YET_VALID: .time
      case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH: .otherName
      case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
        X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
        .unknownIssuer
      case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
        .selfSigned
      case X509_V_ERR_CERT_SIGNATURE_FAILURE, X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE,
        X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, X509_V_ERR_NO_ISSUER_PUBLIC_KEY,
        X509_V_ERR_SUBJECT_ISSUER_MISMATCH, X509_V_ERR_AKID_SKID_MISMATCH,
        X509_V_ERR_AKID_ISSUER_SERIAL_MISMATCH, X509_V_ERR_SIGNATURE_ALGORITHM_MISMATCH:
        .notItsIssuer
      case X509_V_ERR_PERMITTED_VIOLATION, X509_V_ERR_EXCLUDED_VIOLATION,
        X509_V_ERR_SUBTREE_MINMAX, X509_V_ERR_UNSUPPORTED_CONSTRAINT_TYPE,
        X509_V_ERR_UNSUPPORTED_CONSTRAINT_SYNTAX, X509_V_ERR_UNSUPPORTED_NAME_SYNTAX,
        X509_V_ERR_UNNESTED_RESOURCE:
        .forbiddenName
      case X509_V_ERR_INVALID_PURPOSE, X509_V_ERR_CERT_UNTRUSTED, X509_V_ERR_CERT_REJECTED,
        X509_V_ERR_KEYUSAGE_NO_DIGITAL_SIGNATURE:
        .purpose
      case X509_V_ERR_INVALID_CA, X509_V_ERR_KEYUSAGE_NO_CERTSIGN, X509_V_ERR_INVALID_NON_CA:
        .noAuthority
      case X509_V_ERR_PATH_LENGTH_EXCEEDED, X509_V_ERR_CERT_CHAIN_TOO_LONG, X509_V_ERR_PATH_LOOP:
        .longChain
      case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION, X509_V_ERR_INVALID_POLICY_EXTENSION,
        X509_V_ERR_NO_EXPLICIT_POLICY, X509_V_ERR_UNSUPPORTED_EXTENSION_FEATURE,
        X509_V_ERR_PROXY_CERTIFICATES_NOT_ALLOWED, X509_V_ERR_PROXY_PATH_LENGTH_EXCEEDED,
        X509_V_ERR_PROXY_SUBJECT_NAME_VIOLATION:
        .unknownExtension
      case X509_V_ERR_EE_KEY_TOO_SMALL, X509_V_ERR_CA_KEY_TOO_SMALL, X509_V_ERR_CA_MD_TOO_WEAK,
        X509_V_ERR_EC_KEY_EXPLICIT_PARAMS, X509_V_ERR_UNSUPPORTED_SIGNATURE_ALGORITHM:
        .weak
      case X509_V_ERR_CERT_REVOKED: .revoked
      case X509_V_ERR_UNABLE_TO_GET_CRL, X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE,
        X509_V_ERR_CRL_SIGNATURE_FAILURE, X509_V_ERR_CRL_NOT_YET_VALID,
        X509_V_ERR_CRL_HAS_EXPIRED, X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD,
        X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD, X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER,
        X509_V_ERR_KEYUSAGE_NO_CRL_SIGN, X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION,
        X509_V_ERR_DIFFERENT_CRL_SCOPE, X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
        .revocationUnknown
      case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD,
        X509_V_ERR_UNSPECIFIED, X509_V_ERR_INVALID_EXTENSION,
        X509_V_ERR_SIGNATURE_ALGORITHM_INCONSISTENCY,
        X509_V_ERR_PATHLEN_INVALID_FOR_NON_CA...X509_V_ERR_EXTENSIONS_REQUIRE_VERSION_3:
        .malformed
      default: .other
      }
  }

  /// Returns what to do about the fault.
  ///
  /// - Parameters:
  ///   - trusted: Where the trusted certificates come from.
  ///   - level: OpenSSL's security level.
  func hint(trusted: String, level: Int32) -> String {
    switch self {
    case .time:
      "compare this machine's clock with the certificate's dates; if the clock is right, the"
        + " certificate must be renewed"
    case .otherName:
      "set the URL to the host name that the certificate was made for"
    case .unknownIssuer:
      "the trusted certificates come from \(trusted): install the system's CA certificates"
        + " (ca-certificates), or set the CA file or directory to the authority that issued the"
        + " server's certificate; or the server must send its intermediate certificates"
    case .selfSigned:
      "no trusted authority issued it; if it belongs to a test server or to your company,"
        + " set the CA file to it (the trusted certificates come from \(trusted))"
    case .notItsIssuer:
      "its issuer is known, but has not signed it: the issuer's certificate may have been replaced"
        + " (update the trusted certificates in \(trusted)), or another server may be answering"
    case .forbiddenName:
      "an authority above it may not issue certificates for this name (name constraints): the"
        + " server needs a certificate from another authority"
    case .purpose:
      "it, or an authority above it, is not made for TLS servers: the server needs another"
        + " certificate"
    case .noAuthority:
      "its issuer may not issue certificates: the server needs one from a certificate authority"
    case .longChain:
      "its chain has more intermediate authorities than are allowed: the server needs a certificate"
        + " with a shorter chain"
    case .unknownExtension:
      "it requires a check that OpenSSL does not support: the server needs a certificate without"
        + " that critical extension"
    case .weak:
      "its key or signature is too weak for security level \(level) of this machine's OpenSSL: the"
        + " server needs a stronger certificate"
    case .revoked:
      "its authority has revoked it, perhaps because its key was stolen: the server needs a new"
        + " certificate"
    case .revocationUnknown:
      "OpenSSL cannot tell whether it is revoked: update the revocation lists (CRL) that this"
        + " machine checks"
    case .malformed:
      "it does not conform to RFC 5280: the server needs a new certificate"
    case .other:
      "inspect it with `openssl s_client -showcerts`, or ask the operator of the server"
    }
  }
}
