// For JSONDecoder and JSONEncoder. This module is not part of the shared library.
internal import FoundationEssentials

/// A function that the model may call.
///
/// ```swift
/// struct Place: Decodable { let city: String }
///
/// let weather = SparkTool(
///   "get_weather", "The weather in a city", parameters: .object(["city": .string()])
/// ) { (place: Place) in
///   "22 degrees in \(place.city)"
/// }
/// ```
public struct SparkTool: Sendable {
  /// The tool's name, by which the model calls it.
  public let name: String
  /// What the tool does, for the model.
  public let description: String
  /// The schema of the arguments.
  public let parameters: SparkSchema
  /// Takes the arguments as JSON, and returns the result for the model; nil: the host adds the results itself.
  let call: (@Sendable (String) async throws -> String)?

  /// Creates a tool that a conversation calls.
  ///
  /// - Parameters:
  ///   - name: The tool's name, by which the model calls it.
  ///   - description: What the tool does, for the model.
  ///   - parameters: The schema of the arguments: a JSON schema of an object.
  ///   - call: The function, which runs in the task that asks. It receives the decoded arguments; if they do not fit
  ///     its type, it is not called, and the model receives an error. A string that it returns is sent to the model
  ///     unchanged, any other value as JSON with sorted keys.
  public init<Arguments: Decodable & SendableMetatype, Output: Encodable & SendableMetatype>(
    _ name: String, _ description: String, parameters: SparkSchema,
    call: @escaping @Sendable (Arguments) async throws -> Output
  ) {
    (self.name, self.description, self.parameters) = (name, description, parameters)
    self.call = { json in
      let arguments: Arguments
      do {
        arguments = try JSONDecoder().decode(Arguments.self, from: Data(json.utf8))
      } catch {
        throw UnfitArguments(reason: Self.reason(of: error))
      }
      let output = try await call(arguments)
      if let text = output as? String { return text }
      return String(decoding: try Self.encoder.encode(output), as: UTF8.self)
    }
  }

  /// Encodes equal values as equal texts, and leaves the slashes of URLs as they are.
  private static var encoder: JSONEncoder {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return encoder
  }

  /// Creates a tool that you call yourself: the turn of a conversation ends with the model's calls, and you add the
  /// results.
  public init(_ name: String, _ description: String, parameters: SparkSchema) {
    (self.name, self.description, self.parameters) = (name, description, parameters)
    call = nil
  }

  private static func reason(of error: any Error) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.map(\.stringValue).joined(separator: ".")
    }
    return switch error {
    case DecodingError.keyNotFound(let key, let context):
      "\(place(context.codingPath + [key])) is missing"
    case DecodingError.typeMismatch(let type, let context),
      DecodingError.valueNotFound(let type, let context):
      "\(place(context.codingPath)) is not a \(type)"
    case DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty:
      "\(place(context.codingPath)): \(context.debugDescription)"
    default: "they are not the JSON that the tool expects"
    }
  }
}

/// The arguments do not fit the tool's type. The model receives the reason.
struct UnfitArguments: Error {
  let reason: String
}
