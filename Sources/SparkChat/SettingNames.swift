/// The names of settings in errors. The core uses those of C and Python.
enum SettingNames {
  private static let ofSwift: [String: String] = [
    "api_key": "apiKey",
    "api_password": "apiPassword",
    "api_secret": "apiSecret",
    "app_id": "appID",
    "chat_id": "chatID",
    "close_timeout": "timeouts.close",
    "connect_timeout": "timeouts.connect",
    "first_token_timeout": "timeouts.firstToken",
    "frequency_penalty": "frequencyPenalty",
    "idle_timeout": "timeouts.idle",
    "max_answer_size": "maxAnswerSize",
    "max_concurrency": "maxConcurrency",
    "max_message_size": "maxMessageSize",
    "max_rate": "maxRate",
    "max_rounds": "maxRounds",
    "max_tokens": "maxTokens",
    "presence_penalty": "presencePenalty",
    "queue_timeout": "timeouts.queue",
    "reasoning_effort": "reasoningEffort",
    "resolve_timeout": "timeouts.resolve",
    "tls_timeout": "timeouts.tls",
    "top_k": "topK",
    "top_p": "topP",
    "total_timeout": "timeouts.total",
    "upgrade_timeout": "timeouts.upgrade",
  ]

  /// Returns the text with the names that Swift programs use.
  static func inSwift(_ text: String) -> String {
    var result = ""
    var rest = text[...]
    while !rest.isEmpty {
      let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
      rest = rest.dropFirst(word.count)
      result += ofSwift[String(word)] ?? String(word)
      if let separator = rest.popFirst() { result.append(separator) }
    }
    return result
  }
}
