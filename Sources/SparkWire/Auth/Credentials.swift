/// The credentials of an app. Which of them are set depends on the transport.
package struct Credentials: Sendable {
  package let appID: String
  package let apiKey: Secret?
  package let apiSecret: Secret?
  /// HTTP only: one for each model.
  package let apiPassword: Secret?

  package init(
    appID: String = "", apiKey: Secret? = nil, apiSecret: Secret? = nil,
    apiPassword: Secret? = nil
  ) {
    self.appID = appID
    self.apiKey = apiKey
    self.apiSecret = apiSecret
    self.apiPassword = apiPassword
  }

  /// Appends what follows "Bearer " (protocol 2.6).
  func appendBearer(to buffer: inout ByteBuffer) {
    if let apiPassword {
      apiPassword.withBytes { buffer.append($0) }
      return
    }
    apiKey?.withBytes { buffer.append($0) }
    buffer.append(":")
    apiSecret?.withBytes { buffer.append($0) }
  }

  var secrets: [Secret] { [apiKey, apiSecret, apiPassword].compactMap(\.self) }
}
