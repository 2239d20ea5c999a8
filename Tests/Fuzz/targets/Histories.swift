import SparkWire

/// A saved conversation: once restored and saved again, it no longer changes.
func history(_ bytes: Bytes) {
  _ = failure { () throws(SparkError) in
    var history = try History(parsing: bytes)
    let saved = try save(history)
    guard let again = saved.withUnsafeBytes({ try? History(parsing: $0) }) else {
      fatalError("what was saved is not restored: \(saved.withUnsafeBytes(\.text))")
    }
    expect(again.count == history.count, "\(history.count) messages became \(again.count)")
    expect(try save(again) == saved, "saved twice, and not the same")
    for budget in [nil, 0, 10, 1_000_000] {
      let (messages, dropped) = history.fitted(to: budget)
      expect(messages.count + dropped == history.count, "messages are lost")
      history.count(promptTokens: Int64(messages.count) * 7)
    }
    for index in -1...history.count { _ = history.message(at: index) }
    try add(to: history)
    while history.count > 0 {
      history.truncate(to: history.count / 2)
      try add(to: history)
    }
  }
}

/// Checks that a user's message may follow exactly if no call is open, and that any history can be saved
/// and restored.
private func add(to history: History) throws(SparkError) {
  var more = history
  let error = failure { () throws(SparkError) in try more.append(Message(.user, "x")) }
  expect((error == nil) == history.openCalls.isEmpty, "a message is refused for no reason")
  for call in history.openCalls {
    var result = Message(.tool, "")
    result.callID = call.id
    try more.append(result)
  }
  expect(more.openCalls.isEmpty || error == nil, "calls stay open")
  let saved = try save(more)
  let again = saved.withUnsafeBytes { try? History(parsing: $0) }
  expect(again?.count == more.count, "what was saved is not restored")
}

private func save(_ history: History) throws(SparkError) -> [UInt8] {
  var buffer = ByteBuffer()
  try history.write(to: &buffer)
  return [UInt8](buffer.readable)
}
