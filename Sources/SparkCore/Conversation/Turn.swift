package import SparkWire

/// A question and its rounds until the answer is complete: decides which request comes next, and limits
/// how often tools may be called. It does not use the network.
package struct Turn: Sendable {
  /// The history to go back to.
  let before: History
  private let options: ChatRequest
  private let maxRounds: Int
  private var budget: Int?
  private var rounds = 0
  /// How many messages the last request has.
  private var sent = 0

  /// - Parameters:
  ///   - before: The history without the question.
  ///   - options: Options of each request.
  ///   - budget: How many tokens the history may have; nil: any number.
  ///   - maxRounds: How often the model may call tools.
  package init(after before: History, options: ChatRequest, budget: Int?, maxRounds: Int) {
    self.before = before
    self.options = options
    self.budget = budget
    self.maxRounds = maxRounds
  }

  package func offers(_ tool: String) -> Bool {
    options.hasTool(named: tool)
  }

  /// Returns the next request.
  package mutating func request(_ history: inout History) -> ChatRequest {
    let request = options.asking(&history, within: budget)
    sent = request.messages.count
    return request
  }

  /// Returns the last request with less of the history, after the service found it too long; nil if nothing
  /// more can be left out.
  package mutating func shorterRequest(_ history: inout History) -> ChatRequest? {
    let tooMuch = sent
    budget = min(budget ?? .max, history.sentTokens) / 4 * 3
    let shorter = request(&history)
    return shorter.messages.count < tooMuch ? shorter : nil
  }

  /// Counts a round of tool calls; throws if the limit is reached.
  package mutating func countRound() throws(SparkError) {
    guard rounds < maxRounds else {
      throw SparkError(
        .toolLimit, "the model still calls tools after \(maxRounds) rounds",
        hint: "allow more rounds (max_rounds), or check what the tools return")
    }
    rounds += 1
  }
}

extension ChatRequest {
  /// Returns a request with the end of the history, and as much of the rest as fits.
  func asking(_ history: inout History, within budget: Int?) -> ChatRequest {
    var request = self
    let messages = history.fitted(to: budget).messages
    for message in messages { request.add(message) }
    if messages.last?.role == .tool { request.leaveChoiceToModel() }
    return request
  }
}
