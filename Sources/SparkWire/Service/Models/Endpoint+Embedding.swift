/// Where the vectors of texts are asked for (protocol 3.8): a service beside chat.
extension Endpoint {
  private static let embeddingURL = "https://emb-cn-huabei-1.xf-yun.com/"

  /// The address of each request is signed.
  package var isSigned: Bool { isEmbedding || transport == .webSocket }

  /// - Parameter url: nil: the service's own.
  package static func embedding(at url: String?) throws(SparkError) -> Endpoint {
    let url = try ServiceURL(url ?? embeddingURL)
    guard url.transport == .http else {
      throw SparkError(
        .config, "the URL for embeddings is \(url.display)",
        hint: "they are asked for over HTTP, as at \(embeddingURL)")
    }
    return Endpoint(url: url, domain: "emb", model: nil, isEmbedding: true)
  }
}
