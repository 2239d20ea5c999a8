/// What a vector is for (protocol 3.8); the numbers are those of `sparkchat_embedding_domain`.
package enum EmbeddingDomain: Int32, Sendable, CaseIterable {
  /// A paragraph to find.
  case para = 1
  /// A question that searches for paragraphs.
  case query = 2

  package var name: StaticString {
    switch self {
    case .para: "para"
    case .query: "query"
    }
  }
}

/// A text to make a vector of (protocol 3.8).
package struct EmbeddingQuestion {
  /// Far more than the service takes. It counts tokens, and only it knows how many a text has.
  private static let maxSize = 1 << 20

  private let text: String
  private let domain: EmbeddingDomain

  package init(_ text: String, _ domain: EmbeddingDomain) throws(SparkError) {
    guard !text.isEmpty else {
      throw SparkError(.invalidArgument, "the text is empty", hint: "an empty text has no vector")
    }
    guard text.utf8.count <= Self.maxSize else {
      throw SparkError(
        .invalidArgument, "the text has \(text.utf8.count) bytes",
        hint: "the service takes about 2,000 tokens: split the text, and embed the parts")
    }
    self.text = text
    self.domain = domain
  }

  /// Appends the request as JSON.
  package func append(appID: String, userID: String?, to buffer: inout ByteBuffer)
    throws(SparkError)
  {
    let root = try JSONObject()
    let header = try root.object("header")
    try header.set("app_id", appID)
    if let userID { try header.set("uid", userID) }
    try header.set("status", Int64(3))
    let emb = try root.object("parameter").object("emb")
    try emb.set("domain", "\(domain.name)")
    try emb.object("feature").set("encoding", "utf8")
    try root.object("payload").object("messages").set("text", base64())
    root.write(to: &buffer)
  }

  /// Returns the message: JSON in Base64.
  private func base64() throws(SparkError) -> String {
    let message = try JSONObject()
    try message.set("content", text)
    try message.set("role", "user")
    let document = try JSONObject()
    try document.set("messages", [message])
    var json = ByteBuffer()
    document.write(to: &json)
    var encoded = ByteBuffer()
    encoded.appendBase64(json.readable)
    guard !json.hasFailed, !encoded.hasFailed else {
      throw SparkError(.noMemory, "out of memory while writing the text")
    }
    return String(decoding: encoded.readable, as: UTF8.self)
  }
}
