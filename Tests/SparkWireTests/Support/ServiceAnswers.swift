/// Answers as the service and its gateways send them, each in every shape that a message can have; short,
/// so that they can be cut at every byte.
enum ServiceAnswers {
  /// Over WebSocket: the messages of each answer.
  static let frames: [[String]] = [
    // Text, reasoning, usage.
    [
      frame(#"{"content":"你","index":0}"#, status: 0), frame(#"{"content":"好\n\"😀\""}"#),
      frame(
        #"{"content":""}"#, status: 2,
        more: #","usage":{"text":{"question_tokens":2,"total_tokens":22}}"#),
    ],
    [
      frame(#"{"content":"","reasoning_content":"\u601d"}"#, status: 0),
      frame(#"{"reasoning_content":"é"},{"content":"b\\"},{"content":null}"#),
      frame(#"{"content":"2","reasoning_content":"r"}"#, status: 2),
    ],
    // Functions to call, with arguments as a text and as an object.
    [
      frame(
        #"{"content":"","function_call":{"arguments":"{\"city\":\"合肥\"}","name":"f\u0031"}}"#,
        status: 2)
    ],
    [
      frame(
        #"{"tool_calls":[{"id":"a","function":{"name":"f","arguments":{"n": [1, "\n"] }}},{"function":{"name":"g"}}]}"#,
        status: 2)
    ],
    // The pages of a search.
    [
      #"{"header":{"code":0,"status":1},"payload":{"plugins":{"text":[{"content":"[{\"index\":1,\"url\":\"u\",\"title\":\"\\u4f60\\n\"},{\"url\":\"v\"}]","name":"x"}]}}}"#,
      frame(#"{"content":"42"}"#, status: 2),
    ],
    // A character whose halves come separately, and lone halves.
    [
      frame(#"{"content":"a\ud83d"}"#), frame(#"{"content":"\ude00\ud83d"}"#),
      frame(#"{"content":"\ude01\ude00","reasoning_content":"\ud83c"}"#),
      frame(#"{"reasoning_content":"x\ud83d"}"#, status: 2),
    ],
    // NUL, big numbers, unknown members, blanks, numbers as texts, members out of order.
    [
      #"{"payload":{"choices":{"text":[{"x":[1e999,{"\u0000":-0.5}],"content":"a\u0000b"}],"seq":"0"}},"header":{"status":"1","sid":"s\n","code":"0"}}"#,
      "{ \"header\" : { \"code\" : 0.0 } ,\r\n\t\"payload\":{\"choices\":{\"status\":2.0,\"text\":[ {\"content\":\"z\"} ] } } }",
    ],
    // Errors immediately, later, and after the answer.
    [#"{"header":{"code":11200,"message":"no \u4f60\n","sid":"cht1","status":2}}"#],
    [
      frame(#"{"content":"so"}"#, status: 0),
      #"{"header":{"code":10013,"message":"far","status":2},"payload":{"choices":{"text":[{"content":"\t"}]}}}"#,
    ],
    [
      frame(#"{"content":"so"}"#, status: 2),
      #"{"header":{"code":10019,"message":"mind \"it\"","status":2}}"#,
    ],
    // Broken answers.
    [
      frame(#"{"content":"so"}"#),
      #"{"header":{"code":0},"payload":{"choices":{"text":[{"content":"a\n"}]}}"#,
    ],
    [frame(#"{"content":"\u4f60"}"#), frame(#"{"content":["\n"]}"#)],
  ]

  /// Over HTTP: the messages of each answer, without the end of the stream.
  static let completions: [[String]] = [
    [
      #"{"code":0,"sid":"s","choices":[{"delta":{"role":"assistant","content":"你\n"},"index":0}]}"#,
      #"{"id":"s","choices":[{"delta":{"content":"\ud83d"}}]}"#,
      #"{"id":"s","choices":[{"delta":{"content":"\ude00","reasoning_content":"\u601d"}}],"usage":{"prompt_tokens":1,"total_tokens":3}}"#,
    ],
    [
      #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"f","arguments":"{\"x\""}}]}}]}"#,
      #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":":\n1}"}}]},"finish_reason":"tool_calls"}]}"#,
    ],
    [
      #"{"choices":[{"delta":{"tool_calls":{"id":"b","function":{"arguments":{"a": "\u4f60"},"name":"g"}}}}]}"#
    ],
    [
      #"{"choices":[{"delta":{"content":"x"}},{"delta":{"tool_calls":[{"web_search":{"outputs":[{"index":1,"url":"u","title":"\"t\""}]}}]}}]}"#,
      #"{"choices":[{"delta":{"content":[{"type":"text","text":"a\t"},{"text":"b"}]}}]}"#,
    ],
    [
      #"{"code":0,"choices":[{"message":{"content":"Hi\n","reasoning_content":"r"}}],"usage":{"total_tokens":7}}"#
    ],
    [
      #"{"choices":[{"delta":{"content":"part"}}]}"#,
      #"{"error":{"message":"no (sid: cha2)\n","type":"api_error","code":"11200"}}"#,
    ],
    [
      #"{"choices":[{"delta":{"content":"x"},"finish_reason":null}]}"#,
      #"{"choices":[{"delta":{},"finish_reason":"l\u0065ngth"}],"usage":{"total_tokens":7,"prompt_tokens_details":{"cached_tokens":1}}}"#,
    ],
    [
      #"{"choices":[{"delta":{"function_call":{"name":"f","arguments":"{\"x\""}}}]}"#,
      #"{"choices":[{"delta":{"function_call":{"arguments":":\n1}"}},"finish_reason":"function_call"}]}"#,
    ],
    [#"{"code":10013,"message":"\u4f60","sid":"cha1"}"#],
    [#"{"choices":[{"delta":{"content":"x\n"}}]}"#, #"{"code":10019,"message":"careful\n"}"#],
    [#"{"choices":[{"delta":{"content":"x\n"}}]}"#, #"{"choices":[{"delta":{"content":"\x"}}]}"#],
  ]

  private static func frame(_ items: String, status: Int = 1, more: String = "") -> String {
    #"{"header":{"code":0,"sid":"s@1","status":\#(status)},"payload":{"choices":{"status":\#(status),"text":[\#(items)]}\#(more)}}"#
  }
}
