/// What the bodies of the service's 401 and 403 say (protocol 2.5, 10.4).
extension SparkError.HTTPErrorDetails {
  var saysKeyIsUnknown: Bool { says("retrieve credential") || says("apikey not found") }

  /// The address of this machine is not on the app's list.
  var saysAddressIsRefused: Bool { says("IP address") }

  private func says(_ words: String) -> Bool { body?.mentions(words) ?? false }
}
