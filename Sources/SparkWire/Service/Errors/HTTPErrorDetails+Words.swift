/// What the service says in the bodies of 401 and 403 (protocol 2.5, 10.4).
extension SparkError.HTTPErrorDetails {
  var saysKeyIsUnknown: Bool { says("retrieve credential") || says("apikey not found") }

  /// True if this machine's address is not on the app's list.
  var saysAddressIsRefused: Bool { says("IP address") }

  /// True if a signature was refused because of this machine's clock.
  package var blamesClock: Bool {
    (clockSkewSeconds?.magnitude ?? 0) > Self.allowedSkewSeconds || says("date header is required")
  }

  /// The largest difference that the service allows between its clock and the signature's (protocol
  /// 2.4).
  package static let allowedSkewSeconds: UInt64 = 300

  private func says(_ words: String) -> Bool { body?.mentions(words) ?? false }
}
