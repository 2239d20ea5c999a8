/// The service's own codes (protocol 5): what kind of failure each is, whether asking again can
/// help, and what to do.
package enum ServiceCode {
  /// Comes after a complete answer: the answer stands, the conversation should change its subject.
  package static let policyWarning: Int32 = 10019

  package static func error(_ code: Int32, message: String, sid: String?) -> SparkError {
    let (status, retryable, hint) = classify(code, message: message)
    let text = message.isEmpty ? "the service gave no message" : excerpt(message, limit: 500)
    var error = SparkError(
      status, "service code \(code): \(text)", hint: hint, retryable: retryable)
    error.serviceCode = code
    error.sid = sid
    return error
  }

  private static func classify(
    _ code: Int32, message: String
  ) -> (status: Status, retryable: Bool, hint: String) {
    switch code {
    case 10000...10002, 10009...10012, 10017, 10222, 10223:
      (.service, true, "a fault of the service; try again")
    case 10003:
      (.invalidRequest, false, "check that the domain belongs to the URL, and any extra JSON")
    case 10004, 10005, 10163:
      (.invalidRequest, false, "correct the parameter that the message names")
    case 10006:
      (.rateLimited, true, "the same user id asks elsewhere; wait, or give each user an id")
    case 10007:
      (.rateLimited, true, "the previous question is still being answered; wait for it")
    case 10008, 10110:
      (.overloaded, true, "the service is busy; try again later")
    case 10013, 10021:
      (.contentFiltered, false, "moderation refused the question; change its wording")
    case 10014, 10022:
      (.contentFiltered, false, "moderation refused the answer; withdraw the text shown so far")
    case 10015:
      (.permission, false, "the app id is blocked; ask the service's support")
    case 10016:
      (.permission, false, "check in the console what the app may use and what is left of it")
    case 10018:
      (.service, true, "the connection was idle for too long; ask again")
    case policyWarning:
      (.contentFiltered, false, "the conversation tends to break the service's rules")
    case 10029, 10041:
      (.invalidRequest, false, "resize the image: 50x50 to 6000x6000 pixels")
    case 10404:
      (.invalidRequest, false, "check that URL, domain and model belong together")
    case 10907:
      (.contextLength, false, "shorten the history or the question")
    case 11200:
      (.permission, false, permissionHint(message))
    case 11201:
      (.quota, false, "the daily allowance is used up; it returns the next day")
    case 11202:
      (.rateLimited, true, "too many questions a second; wait for 0.5 to 1 s")
    case 11203:
      (.rateLimited, true, "too many questions at once; wait until one is answered")
    case 20011:
      (.auth, false, "the service refuses this device or app")
    default:
      (.service, false, "see the service's table of error codes")
    }
  }

  private static func permissionHint(_ message: String) -> String {
    if message.mentions("tokens") {
      "the app's tokens are used up; see the console"
    } else if message.mentions("domain") {
      "the app may not use this model: open it in the console, choose another one, or check the app id"
    } else {
      "check that the app id belongs to the key, that the app may use this model, and its tokens"
    }
  }
}
