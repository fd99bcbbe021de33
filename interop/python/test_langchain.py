"""LangChain's ChatOpenAI in its Responses mode, alone and in a LangGraph agent."""

import pydantic
import pytest
from conftest import API_KEY, BASE_URL, MODEL
from langchain_core.messages import HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from langgraph.graph import START, MessagesState, StateGraph
from langgraph.prebuilt import ToolNode, tools_condition


def chat(model=MODEL, **settings):
    return ChatOpenAI(
        model=model, base_url=f"{BASE_URL}/v1", api_key=API_KEY, use_responses_api=True, max_retries=0, **settings
    )


@tool
def get_weather(city: str) -> str:
    """Get the weather of a city."""
    return "drizzle at 12 degrees"


@tool
def get_time(timezone: str) -> str:
    """Get the current time in a given timezone."""
    return "23:15 sharp"


class Capital(pydantic.BaseModel):
    """A country and its capital."""

    city: str
    country: str


def test_invoke():
    answer = chat().invoke("What is the capital of Germany?")
    assert "Berlin" in answer.text
    assert answer.response_metadata["id"].startswith("resp_")
    assert answer.response_metadata["status"] == "completed"
    assert answer.usage_metadata["total_tokens"] > 0


def test_history():
    llm = chat()
    history = [SystemMessage("Be brief."), HumanMessage("My name is Alice.")]
    history.append(llm.invoke(history))
    history.append(HumanMessage("What is my name?"))
    assert "Alice" in llm.invoke(history).text


def test_use_previous_response_id():
    llm = chat(use_previous_response_id=True)
    history = [HumanMessage("My name is Alice.")]
    history.append(llm.invoke(history))
    history.append(HumanMessage("What is my name?"))
    assert "Alice" in llm.invoke(history).text


def test_stream():
    chunks = list(chat().stream("What is the capital of Germany?"))
    texts = [chunk.text for chunk in chunks if chunk.text]
    assert len(texts) > 1
    assert "Berlin" in "".join(texts)
    whole = chunks[0]
    for chunk in chunks[1:]:
        whole = whole + chunk
    assert whole.text == "".join(texts)
    assert len([block for block in whole.content if block["type"] == "text"]) == 1
    assert whole.usage_metadata["total_tokens"] > 0


@pytest.mark.parametrize("streamed", [False, True])
def test_bind_tools(streamed):
    llm = chat().bind_tools([get_weather])
    history = [HumanMessage("What is the weather in Paris?")]
    if streamed:
        chunks = list(llm.stream(history))
        asked = chunks[0]
        for chunk in chunks[1:]:
            asked = asked + chunk
    else:
        asked = llm.invoke(history)
    (call,) = asked.tool_calls
    assert call["name"] == "get_weather"
    assert set(call["args"]) == {"city"}
    history += [asked, ToolMessage(get_weather.invoke(call["args"]), tool_call_id=call["id"])]
    assert "drizzle at 12 degrees" in llm.invoke(history).text


@pytest.mark.only("chat")
@pytest.mark.parametrize("streamed", [False, True])
def test_parallel_calls(streamed):
    llm = chat().bind_tools([get_time, get_weather])
    question = "What is the time and the weather in Tokyo?"
    if streamed:
        chunks = list(llm.stream(question))
        asked = chunks[0]
        for chunk in chunks[1:]:
            asked = asked + chunk
    else:
        asked = llm.invoke(question)
    assert [(call["name"], call["args"]) for call in asked.tool_calls] == [
        ("get_time", {"timezone": "Asia/Tokyo"}),
        ("get_weather", {"city": "Tokyo"}),
    ]


@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_with_structured_output(method):
    answer = chat().with_structured_output(Capital, method=method).invoke("What is the capital of Germany?")
    assert isinstance(answer, Capital)


@pytest.mark.only("chat")
def test_structured_output_passes_the_schema_on():
    answer = chat().with_structured_output(Capital).invoke("What is the capital of Germany?")
    assert answer == Capital(city="Berlin", country="Germany")


@pytest.mark.only("chat")
def test_reasoning_is_sent_back():
    llm = chat("qwen3-reasoning")
    history = [HumanMessage("My name is Alice.")]
    history.append(llm.invoke(history))
    history.append(HumanMessage("What is my name?"))
    assert "Alice" in llm.invoke(history).text


def test_agent_loop():
    """The agent that LangGraph builds from a model node and a tool node."""
    llm = chat().bind_tools([get_weather])
    graph = (
        StateGraph(MessagesState)
        .add_node("model", lambda state: {"messages": [llm.invoke(state["messages"])]})
        .add_node("tools", ToolNode([get_weather]))
        .add_edge(START, "model")
        .add_conditional_edges("model", tools_condition)
        .add_edge("tools", "model")
        .compile()
    )
    result = graph.invoke({"messages": [HumanMessage("What is the weather in Paris?")]}, {"recursion_limit": 6})
    assert [message.type for message in result["messages"]] == ["human", "ai", "tool", "ai"]
    assert "drizzle at 12 degrees" in result["messages"][-1].text


def test_graph_stream():
    llm = chat()
    graph = (
        StateGraph(MessagesState)
        .add_node("model", lambda state: {"messages": [llm.invoke(state["messages"])]})
        .add_edge(START, "model")
        .compile()
    )
    question = {"messages": [HumanMessage("What is the capital of Germany?")]}
    texts = [message.text for message, _ in graph.stream(question, stream_mode="messages") if message.text]
    assert len(texts) > 1
    assert "Berlin" in "".join(texts)
