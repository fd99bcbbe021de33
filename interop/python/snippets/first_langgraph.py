from typing import Annotated, TypedDict
from langchain_core.messages import BaseMessage, HumanMessage
from langgraph.graph import StateGraph
from langgraph.graph.message import add_messages

class State(TypedDict):
    messages: Annotated[list[BaseMessage], add_messages]
    previous_response_id: str | None
def chat(state: State) -> dict:
    kwargs = {}
    if pid := state.get("previous_response_id"):
        kwargs["previous_response_id"] = pid
    ai = llm.invoke(state["messages"], **kwargs)
    return {
        "messages": [ai],
        "previous_response_id": ai.response_metadata.get("id"),
    }
graph = (
    StateGraph(State)
    .add_node("chat", chat)
    .set_entry_point("chat")
    .set_finish_point("chat")
    .compile()
)
result = graph.invoke({
    "messages": [HumanMessage("What is the capital of Germany?")],
    "previous_response_id": None,
})
print(result["messages"][-1].text) # "The capital of Germany is Berlin."
print(result["previous_response_id"]) # "resp_abc123...", pass to the next turn
