/// The service's own codes (protocol 5, 10.3), and the kind of failure that each means.
enum ServiceCode {
  /// Comes after a complete answer, which stays valid; the conversation should change its subject.
  static let policyWarning: Int32 = 10019

  /// Whether the service passes on an engine's error under this code (protocol 10.3): if the
  /// error's text is more specific, the text decides.
  static func wrapsOthers(_ code: Int32) -> Bool {
    let code = modelCode(of: code)
    return (10009...10012).contains(code) || code == 10300
  }

  /// Translates the codes with which workflows pass on those of their models and of their own limits
  /// (protocol 5); any other code stays as it is.
  private static func modelCode(of code: Int32) -> Int32 {
    switch code {
    case 20350...20376: ofModels[Int(code) - 20350]
    case 20900...20903: code - 9700
    default: code
    }
  }

  /// The models' codes for 20350 to 20376.
  private static let ofModels: [Int32] =
    Array(10000...10017) + [10019, 10110, 10163, 10222, 10907] + Array(11200...11203)

  /// Returns nil if the code is not known.
  static func verdict(_ code: Int32, message: String) -> Verdict? {
    switch modelCode(of: code) {
    case 10000...10002, 10009...10012, 10017, 10200, 10222, 10223, 10300, 10700: .serviceFault
    case 10003:
      Verdict(.invalidRequest, "check that the domain belongs to the URL, and any extra JSON")
    case 10004, 10005, 10160...10163:
      Verdict(.invalidRequest, "correct the parameter that the message names")
    case 10006:
      Verdict(
        .rateLimited, retryable: true,
        "the same user id has another request running; wait, or give each user their own id")
    case 10007:
      Verdict(
        .rateLimited, retryable: true,
        "the previous request is still being answered; wait for it")
    case 10008, 10110, 10310: .overloaded
    case 10013, 10021: .moderation
    case 10014, 10022:
      Verdict(
        .contentFiltered, "moderation refused the answer; withdraw the text shown so far")
    case 10015:
      Verdict(.permission, "the app id is blocked; contact the service's support")
    case 10016:
      Verdict(
        .permission, "check in the console what the app may use, and its remaining quota")
    case 10018:
      Verdict(
        .service, retryable: true, "the connection was idle for too long; send the request again")
    case policyWarning:
      Verdict(.contentFiltered, "the conversation tends to break the service's rules")
    case 10029, 10041:
      Verdict(.invalidRequest, "resize the image: 50x50 to 6000x6000 pixels")
    case 10105:
      Verdict(
        .auth,
        "check the key and the app id, and add this machine's address to the app's list of"
          + " IP addresses, if it has one")
    case 10050:
      Verdict(.service, "the service refused the request and does not say why; see its console")
    case 10313:
      Verdict(.permission, "check that the app id is complete and belongs to the API key")
    case 10404:
      Verdict(.invalidRequest, "check that the URL, domain and model belong together")
    case 10907: .contextLength
    case 11200:
      Verdict(.permission, permissionHint(message))
    case 11201:
      Verdict(.quota, "the daily allowance is used up; it is renewed the next day")
    case 11202:
      Verdict(
        .rateLimited, retryable: true,
        "too many requests a second: wait for 0.5 to 1 s, or limit them with max_rate")
    case 11203:
      Verdict(
        .rateLimited, retryable: true,
        "too many concurrent requests: wait until one is answered, or limit them with"
          + " max_concurrency")
    case 11210:
      Verdict(
        .rateLimited, retryable: true,
        "too many tokens a minute, or the plan's allowance is used up; wait, and see the console")
    case 11221:
      Verdict(
        .permission, "the account may not use this model: choose one that its plan lists")
    case 20011:
      Verdict(.auth, "the service refuses this device or app")
    default: nil
    }
  }

  private static func permissionHint(_ message: String) -> String {
    if message.mentions("tokens") {
      "the app's tokens are used up; see the console"
    } else if message.mentions("active order") {
      "the account has no active order for this model: order it in the console of the service's plans"
    } else if message.mentions("domain") {
      "the app may not use this model: enable it in the console, choose another one, or check the app id"
    } else {
      "check that the app id belongs to the key, that the app may use this model, and that it has tokens left"
    }
  }
}
