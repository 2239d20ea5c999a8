/// The endpoint for vectors of texts (protocol 3.8): a service separate from chat.
extension Endpoint {
  private static let embeddingURL = "https://emb-cn-huabei-1.xf-yun.com/"

  /// True if the URL of each request is signed.
  package var isSigned: Bool { isEmbedding || transport == .webSocket }

  /// - Parameter url: nil for the service's own.
  package static func embedding(at url: String?) throws(SparkError) -> Endpoint {
    let url = try ServiceURL(url ?? embeddingURL)
    guard url.transport == .http else {
      throw SparkError(
        .config, "the URL for embeddings is \(url.display), which is not HTTP",
        hint: "embeddings are served over HTTP: set a URL such as \(embeddingURL)")
    }
    return Endpoint(url: url, domain: "emb", model: nil, isEmbedding: true)
  }
}
