"""OpenAI's chat completions: what a request means here, and an answer in their form."""
