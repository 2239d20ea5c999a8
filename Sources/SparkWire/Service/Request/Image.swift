/// An image for a model that understands images: a file, or the URL of one (protocol 3.5, 10.2).
package enum Image: Sendable, Hashable {
  case file(ImageFile)
  /// http:// or https://, which the service fetches.
  case url(String)

  private static let maxURLLength = 8_192

  package init(file bytes: UnsafeRawBufferPointer) throws(SparkError) {
    self = .file(try ImageFile(bytes))
  }

  package init(url: String) throws(SparkError) {
    let start = url.utf8.prefix(8).map(\.asciiLowercased)
    guard start.starts(with: "http://".utf8) || start.starts(with: "https://".utf8) else {
      throw SparkError(
        .invalidArgument, "the image's URL does not start with https:// or http://",
        hint: "give an address that the service can reach, or the image's bytes")
    }
    guard url.utf8.count <= Self.maxURLLength, url.utf8.allSatisfy({ $0 > 0x20 && $0 != 0x7F })
    else {
      throw SparkError(
        .invalidArgument,
        "the image's URL has a space or a control character, or more than \(Self.maxURLLength) bytes",
        hint: "percent-encode what a URL cannot contain, or give the image's bytes")
    }
    self = .url(url)
  }

  package var file: ImageFile? {
    if case .file(let file) = self { file } else { nil }
  }

  /// The URL in OpenAI's messages: an address, or the file itself.
  var url: String {
    switch self {
    case .file(let file): "data:image/\(file.format.rawValue);base64,\(file.base64)"
    case .url(let url): url
    }
  }
}
