/// What the arguments of a tool are, as a JSON schema.
///
/// ```swift
/// SparkSchema.object(["city": .string("The city, in English")])
/// ```
public struct SparkSchema: Sendable {
  /// The schema as JSON text.
  public let json: String

  /// A schema of your own.
  ///
  /// - Parameter json: A JSON object.
  public init(json: String) {
    self.json = json
  }

  /// A text, or one of a few.
  public static func string(_ description: String = "", oneOf values: [String] = []) -> SparkSchema
  {
    let list = values.map(quoted).joined(separator: ",")
    return make("string", description, values.isEmpty ? [] : ["\"enum\":[\(list)]"])
  }

  /// A whole number.
  public static func integer(_ description: String = "") -> SparkSchema {
    make("integer", description)
  }

  /// A number.
  public static func number(_ description: String = "") -> SparkSchema {
    make("number", description)
  }

  /// True or false.
  public static func boolean(_ description: String = "") -> SparkSchema {
    make("boolean", description)
  }

  /// A list.
  public static func array(of element: SparkSchema, _ description: String = "") -> SparkSchema {
    make("array", description, ["\"items\":\(element.json)"])
  }

  /// An object.
  ///
  /// - Parameters:
  ///   - properties: What has to be there.
  ///   - optional: What may be missing.
  ///   - description: What it is.
  public static func object(
    _ properties: KeyValuePairs<String, SparkSchema> = [:],
    optional: KeyValuePairs<String, SparkSchema> = [:], _ description: String = ""
  ) -> SparkSchema {
    let all = (Array(properties) + Array(optional)).map { "\(quoted($0.key)):\($0.value.json)" }
    let required = properties.map { quoted($0.key) }
    return make(
      "object", description,
      [
        "\"properties\":{\(all.joined(separator: ","))}",
        "\"required\":[\(required.joined(separator: ","))]",
      ])
  }

  private static func make(
    _ type: String, _ description: String, _ more: [String] = []
  ) -> SparkSchema {
    let members =
      ["\"type\":\"\(type)\""]
      + (description.isEmpty ? [] : ["\"description\":\(quoted(description))"]) + more
    return SparkSchema(json: "{\(members.joined(separator: ","))}")
  }

  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case "\0"..<" ":
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
