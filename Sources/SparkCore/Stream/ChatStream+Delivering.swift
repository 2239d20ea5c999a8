internal import SparkTransport
internal import SparkWire

/// Delivery of an answer to the caller, event by event, up to the first stop sequence.
extension ChatStream {
  /// Delivers the next event of the answer, if there is one.
  func deliver(of exchange: Exchange) throws(SparkError) -> Bool {
    guard cutter == nil else { return try deliverUpToStop(of: exchange) }
    guard let event = exchange.reader.nextEvent() else { return false }
    return try deliver(event, of: exchange)
  }

  // Always inlined, because every token takes this path; the rare functions below never are.
  @inline(__always)
  private func deliver(_ event: AnswerEvent, of exchange: Exchange) throws(SparkError) -> Bool {
    let response = response
    if !hasDelivered { noteDelivery(of: exchange) }
    response.timings.note(event, at: now)
    if case .warning(let code, _) = event { logWarning(code) }
    try response.append(event)
    self.event = .answer(event)
    return true
  }

  @inline(never)
  private func deliverUpToStop(of exchange: Exchange) throws(SparkError) -> Bool {
    while !hasStopped, let event = exchange.reader.nextEvent() {
      guard case .text(let piece) = event else { return try deliver(event, of: exchange) }
      // Even text that is held back counts as delivered: the request is not retried.
      if !hasDelivered { noteDelivery(of: exchange) }
      if try deliverClear(of: piece) { return true }
    }
    // After the end of the answer, nothing can complete a sequence; the connection may end much later.
    return try exchange.reader.isFinished ? deliverClear(of: nil) : false
  }

  /// Delivers the part of a text that cannot belong to a stop sequence. nil: no more text follows, so
  /// delivers the text that was held back.
  @inline(never)
  func deliverClear(of piece: UnsafeRawBufferPointer?) throws(SparkError) -> Bool {
    guard let cutter else { return false }
    let text = try cutter.feed(piece)
    hasStopped = cutter.found != nil
    guard !text.isEmpty else { return false }
    response.timings.note(.text(text), at: now)
    try response.append(.text(text))
    event = .answer(.text(text))
    return true
  }

  @inline(never)
  private func noteDelivery(of exchange: Exchange) {
    hasDelivered = true
    question?.forget()
    response.sid = exchange.sid
    report(nil)
  }

  @inline(never)
  private func logWarning(_ code: Int32) {
    client.log.write(
      .warning,
      code == AnswerEvent.toolNotCalled
        ? "the model did not call the required tool" : "the service sent a warning",
      [.serviceCode(code)])
  }

  /// Ends an answer at its stop sequence, and closes the connection so that the service stops, too.
  func stop(_ exchange: Exchange) -> Step {
    // Token counts that arrived with the last piece are kept.
    while let event = exchange.reader.nextEvent() {
      if case .usage = event { try? response.append(event) }
    }
    exchange.close()
    response.stopSequence = cutter?.found.map { OwnedText($0) }
    return complete()
  }
}
