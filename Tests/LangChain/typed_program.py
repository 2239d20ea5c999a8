"""A program that type checkers accept, with code that moved here from langchain_community."""

from langchain_core.messages import AIMessage

from sparkchat.langchain import ChatSparkLLM, SparkLLMTextEmbeddings
from sparkchat.testing import SparkService, record, replay

old = ChatSparkLLM(spark_app_id="a", spark_api_key="b", spark_api_secret="c", streaming=True)
chat = ChatSparkLLM(app_id="a", api_key="b", api_secret="c", model="4.0Ultra", temperature=0.5)
answer: AIMessage = chat.invoke("Hello", stop=["x"])
for chunk in chat.stream("Hello"):
    print(chunk.text)
calls = chat.bind_tools([len], tool_choice="any").invoke("Hello").tool_calls
print(calls[0]["args"])
embeddings = SparkLLMTextEmbeddings(app_id="a", api_key="b", spark_api_secret="c", domain="para")
vector: list[float] = embeddings.embed_query("Hello")
vectors: list[list[float]] = embeddings.embed_documents(["Hello"])
with SparkService(pace_ms=5) as service, record("a", **service.settings()) as recorder:
    print(recorder.client().invoke("Hello").text, service.requests())
with replay("a") as replayed:
    print(len(replayed.left))
