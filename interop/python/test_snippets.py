"""The getting-started snippets of other Responses servers, as printed: only the address differs."""

import ast
import asyncio
import inspect
import pathlib

import pytest
from conftest import API_KEY, BASE_URL
from langchain_core.messages import HumanMessage

SNIPPETS = pathlib.Path(__file__).parent / "snippets"
SIMPLE_TERMS = "You are a helpful assistant that explains concepts in simple terms, using at most 2 sentences."


@pytest.fixture
def run(capsys):
    """Runs snippets one after the other in one namespace, as a reader would paste them, and gives what they printed."""
    names = {"__name__": "snippet", "BASE_URL": BASE_URL, "AA_TOKEN": API_KEY}

    def run(*snippets):
        for snippet in snippets:
            path = SNIPPETS / f"{snippet}.py"
            source = path.read_text().replace("https://your-deployment-url", BASE_URL)
            code = compile(source, str(path), "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            if code.co_flags & inspect.CO_COROUTINE:
                asyncio.run(eval(code, names))
            else:
                exec(code, names)
        return capsys.readouterr().out.splitlines()

    run.names = names
    return run


@pytest.mark.parametrize("client", ["openai", "pydantic_ai", "langgraph"])
def test_overview(run, client):
    (answer,) = run(f"overview_{client}")
    assert "Berlin" in answer


def test_health(run):
    assert run("health") == ["{'status': 'healthy'}"]


def test_first_request_openai(run):
    response_id, status, answer = run("setup_openai", "first_openai")
    assert response_id.startswith("resp_")
    assert status == "completed"
    assert "Berlin" in answer


def test_first_request_pydantic_ai(run):
    (answer,) = run("setup_pydantic_ai", "first_pydantic_ai")
    assert "Berlin" in answer


def test_first_request_langgraph(run):
    answer, response_id = run("setup_langgraph", "first_langgraph")
    assert "Berlin" in answer
    assert response_id.startswith("resp_")


def test_instructions_openai(run):
    assert run("setup_openai", "instructions_openai") != []
    assert run.names["response"].instructions == SIMPLE_TERMS


def test_instructions_pydantic_ai(run):
    assert run("setup_pydantic_ai", "instructions_pydantic_ai") != []


def test_instructions_langgraph(run, client):
    """The system message is lifted into the instructions, and so inherited by the next turn."""
    lines = run("setup_langgraph", "first_langgraph", "instructions_langgraph")
    assert len(lines) >= 3
    first = run.names["result"]
    assert client.responses.retrieve(first["previous_response_id"]).instructions == SIMPLE_TERMS

    second = run.names["graph"].invoke(
        {
            "messages": [HumanMessage("What are your instructions?")],
            "previous_response_id": first["previous_response_id"],
        }
    )
    assert client.responses.retrieve(second["previous_response_id"]).instructions == SIMPLE_TERMS


@pytest.mark.only("chat")
def test_lifted_instructions_reach_the_model(run):
    run("setup_langgraph", "first_langgraph", "instructions_langgraph")
    second = run.names["graph"].invoke(
        {
            "messages": [HumanMessage("What are your instructions?")],
            "previous_response_id": run.names["result"]["previous_response_id"],
        }
    )
    assert second["messages"][-1].text == f"My instructions are: {SIMPLE_TERMS}"


def test_structured_input_openai(run):
    (answer,) = run("setup_openai", "structured_openai")
    assert "8" in answer


def test_structured_input_langgraph(run):
    *_, answer = run("setup_langgraph", "first_langgraph", "structured_langgraph")
    assert "8" in answer


def test_conversation_langgraph(run):
    """The graph of the first request, continued by the id that it keeps in its state."""
    run("setup_langgraph", "first_langgraph")
    graph = run.names["graph"]
    told = graph.invoke({"messages": [HumanMessage("My name is Alice.")], "previous_response_id": None})
    asked = graph.invoke(
        {"messages": [HumanMessage("What is my name?")], "previous_response_id": told["previous_response_id"]}
    )
    assert "Alice" in asked["messages"][-1].text
    assert asked["previous_response_id"] != told["previous_response_id"]
