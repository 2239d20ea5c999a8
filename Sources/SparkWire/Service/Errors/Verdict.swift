/// The kind of a failure, whether a retry can help, and what to do.
struct Verdict {
  let status: Status
  let retryable: Bool
  let hint: String

  init(_ status: Status, retryable: Bool = false, _ hint: String) {
    self.status = status
    self.retryable = retryable
    self.hint = hint
  }

  static let unknown = Verdict(
    .service, "see the service's table of error codes: https://www.xfyun.cn/document/error-code")
  static let invalidRequest = Verdict(.invalidRequest, "correct what the message names")
  static let overloaded = Verdict(
    .overloaded, retryable: true, "the service is busy; try again later")
  static let serviceFault = Verdict(.service, retryable: true, "the service failed; try again")
  static let contextLength = Verdict(.contextLength, "shorten the history or the message")
  static let moderation = Verdict(
    .contentFiltered, "moderation refused the request; change its wording")
  static let usedUp = Verdict(.quota, "the paid quota is used up; see the console")
  static let notAllowed = Verdict(.permission, "check that the account may use this model")
  static let wrongKey = Verdict(.auth, "check the API password")
  static let wrongSignature = Verdict(
    .auth, "check the API key, the API secret and this machine's clock")
  static let rateLimited = Verdict(
    .rateLimited, retryable: true,
    "too many requests or tokens a minute: wait and try again, or limit the requests with max_rate")
}

extension Verdict {
  /// From the status with which the service's engine answered (protocol 10.3).
  init?(innerStatus: Int) {
    switch innerStatus {
    case 401, 403: self = .notAllowed
    case 408: self = .serviceFault
    case 413: self = .contextLength
    case 429: self = .rateLimited
    case 400..<500: self = .invalidRequest
    case 503, 529: self = .overloaded
    case 500..<600: self = .serviceFault
    default: return nil
    }
  }

  /// From the member `type` of an error, as OpenAI's and Anthropic's clients know it.
  init?(type: String) {
    switch type {
    case "invalid_request_error": self = .invalidRequest
    case "authentication_error": self = .wrongKey
    case "permission_error": self = .notAllowed
    case "not_found_error": self.init(.invalidRequest, "check the model's name and the URL")
    case "request_too_large": self.init(.tooLarge, "shorten the request")
    case "rate_limit_error": self = .rateLimited
    case "overloaded_error": self = .overloaded
    default: return nil
    }
  }

  /// From a gateway's code that is an HTTP status.
  init?(gatewayCode code: Int32) {
    guard (400..<600).contains(code) else { return nil }
    if code == 401 {
      self = .wrongKey
    } else {
      self.init(innerStatus: Int(code))
    }
  }
}
