package import SparkWire

/// A question until its answer stands: which request comes next, and how often tools may be called.
/// It knows no network.
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
  ///   - options: What each request is made with.
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

  /// The next request.
  package mutating func request(_ history: inout History) -> ChatRequest {
    let request = options.asking(&history, within: budget)
    sent = request.messages.count
    return request
  }

  /// The last request with less of the history, where the service finds it too long; nil where there
  /// is nothing left to leave out.
  package mutating func shorterRequest(_ history: inout History) -> ChatRequest? {
    let tooMuch = sent
    budget = min(budget ?? .max, history.sentTokens) / 4 * 3
    let shorter = request(&history)
    return shorter.messages.count < tooMuch ? shorter : nil
  }

  /// The model calls tools once more.
  package mutating func countRound() throws(SparkError) {
    guard rounds < maxRounds else {
      throw SparkError(
        .toolLimit, "the model still asks for tools after \(maxRounds) rounds",
        hint: "allow more rounds (max_rounds), or look at what the tools return")
    }
    rounds += 1
  }
}

extension ChatRequest {
  /// The question that a history ends with, and as much of the history as fits.
  func asking(_ history: inout History, within budget: Int?) -> ChatRequest {
    var request = self
    let messages = history.fitted(to: budget).messages
    for message in messages { request.add(message) }
    if messages.last?.role == .tool { request.leaveChoiceToModel() }
    return request
  }
}
