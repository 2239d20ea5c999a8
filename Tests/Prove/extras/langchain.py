"""Uses `sparkchat[langchain]` as docs/langchain.md describes it."""

from langchain_core.messages import HumanMessage
from sparkchat.langchain import ChatSparkLLM

chat = ChatSparkLLM()
assert "42" in chat.invoke([HumanMessage(content="6 times 7")]).content
assert "42" in "".join(chunk.content for chunk in chat.stream("6 times 7"))
