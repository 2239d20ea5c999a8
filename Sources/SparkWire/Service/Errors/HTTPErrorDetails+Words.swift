/// What the service says in the bodies of 401 and 403 (protocol 2.5, 10.4).
extension SparkError.HTTPErrorDetails {
  var saysKeyIsUnknown: Bool { says("retrieve credential") || says("apikey not found") }

  /// True if this machine's address is not on the app's list.
  var saysAddressIsRefused: Bool { says("IP address") }

  private func says(_ words: String) -> Bool { body?.mentions(words) ?? false }
}
