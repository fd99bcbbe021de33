"""The openai package: streams, raw and through its helper."""

import asyncio

import openai
import pydantic
import pytest
from conftest import API_KEY, BASE_URL, MODEL
from streams import call_stream, text_stream
from test_openai import GET_TIME, GET_WEATHER


def test_raw_text(client):
    with client.responses.create(model=MODEL, input="What is the capital of Germany?", stream=True) as stream:
        events = list(stream)
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert len(deltas) > 1
    assert [event.type for event in events] == text_stream(len(deltas))
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert [(event.response.status, event.response.output, event.response.usage) for event in events[:2]] == [
        ("in_progress", [], None),
        ("in_progress", [], None),
    ]
    final = events[-1].response
    assert final.status == "completed"
    assert "".join(deltas) == final.output_text
    assert "Berlin" in final.output_text
    assert final.usage.total_tokens > 0
    assert client.responses.retrieve(final.id).to_dict() == final.to_dict()


def test_raw_text_async():
    async def deltas():
        async with openai.AsyncOpenAI(base_url=f"{BASE_URL}/v1", api_key=API_KEY, max_retries=0) as client:
            stream = await client.responses.create(model=MODEL, input="What is 5 + 3?", stream=True)
            return [event.delta async for event in stream if event.type == "response.output_text.delta"]

    assert "8" in "".join(asyncio.run(deltas()))


def test_same_answer_streamed_or_not(client):
    plain = client.responses.create(model=MODEL, input="What is the capital of Germany?").to_dict()
    with client.responses.stream(model=MODEL, input="What is the capital of Germany?") as stream:
        streamed = stream.get_final_response().to_dict()
    for response in (plain, streamed):
        for key in ("id", "created_at", "completed_at"):
            response.pop(key)
        for item in response["output"]:
            item.pop("id")
            for part in item["content"]:
                part.pop("parsed", None)
    assert streamed == plain


def test_helper_text(client):
    with client.responses.stream(model=MODEL, input="What is the capital of Germany?") as stream:
        text = "".join(event.delta for event in stream if event.type == "response.output_text.delta")
        final = stream.get_final_response()
    assert text == final.output_text
    assert "Berlin" in text


def test_helper_snapshot(client):
    with client.responses.stream(model=MODEL, input="What is the capital of Germany?") as stream:
        snapshots = [event.snapshot for event in stream if event.type == "response.output_text.delta"]
        final = stream.get_final_response()
    assert snapshots[-1] == final.output_text


def test_helper_continues(client):
    with client.responses.stream(model=MODEL, input="My name is Alice.") as stream:
        told = stream.get_final_response()
    with client.responses.stream(model=MODEL, input="What is my name?", previous_response_id=told.id) as stream:
        assert "Alice" in stream.get_final_response().output_text


class Capital(pydantic.BaseModel):
    city: str
    country: str


def test_helper_parses(client):
    with client.responses.stream(
        model=MODEL, input="What is the capital of Germany?", text_format=Capital
    ) as stream:
        assert isinstance(stream.get_final_response().output_parsed, Capital)


def test_raw_call(client):
    question = "What time is it in Tokyo?"
    events = list(client.responses.create(model=MODEL, input=question, tools=[GET_TIME], stream=True))
    deltas = [event.delta for event in events if event.type == "response.function_call_arguments.delta"]
    assert len(deltas) >= 1
    assert [event.type for event in events] == call_stream(len(deltas))
    (call,) = events[-1].response.output
    assert "".join(deltas) == call.arguments
    added = next(event.item for event in events if event.type == "response.output_item.added")
    assert (added.id, added.call_id, added.name, added.arguments) == (call.id, call.call_id, "get_time", "")


def test_helper_call(client):
    with client.responses.stream(model=MODEL, input="What time is it in Tokyo?", tools=[GET_TIME]) as stream:
        first = stream.get_final_response()
    (call,) = first.output
    assert set(call.parsed_arguments) == {"timezone"}
    with client.responses.stream(
        model=MODEL,
        previous_response_id=first.id,
        input=[{"type": "function_call_output", "call_id": call.call_id, "output": "23:15 sharp"}],
    ) as stream:
        assert "23:15 sharp" in stream.get_final_response().output_text


@pytest.mark.only("chat")
def test_raw_parallel_calls(client):
    events = list(
        client.responses.create(
            model=MODEL,
            input="What is the time and the weather in Tokyo?",
            tools=[GET_TIME, GET_WEATHER],
            stream=True,
        )
    )
    calls = events[-1].response.output
    assert [call.name for call in calls] == ["get_time", "get_weather"]
    for index, call in enumerate(calls):
        pieces = [
            event.delta
            for event in events
            if event.type == "response.function_call_arguments.delta" and event.output_index == index
        ]
        assert len(pieces) > 1
        assert "".join(pieces) == call.arguments


@pytest.mark.only("chat")
def test_helper_reasoning(client):
    with client.responses.stream(model="qwen3-reasoning", input="What is 5 + 3?") as stream:
        events = list(stream)
        final = stream.get_final_response()
    thought = "".join(event.delta for event in events if event.type == "response.reasoning_text.delta")
    assert thought == 'The question is "What is 5 + 3?". I answer it.'
    assert [item.type for item in final.output] == ["reasoning", "message"]
    assert final.output_text == "5 + 3 = 8"


@pytest.mark.only("chat")
def test_helper_refusal(client):
    with client.responses.stream(model=MODEL, input="Tell me something forbidden.") as stream:
        events = list(stream)
        final = stream.get_final_response()
    assert "".join(event.delta for event in events if event.type == "response.refusal.delta") == (
        "I cannot help with that."
    )
    assert final.output[0].content[0].refusal == "I cannot help with that."


@pytest.mark.only("chat")
def test_raw_output_limit(client):
    events = list(client.responses.create(model=MODEL, input="Count to 100.", max_output_tokens=16, stream=True))
    assert events[-1].type == "response.incomplete"
    assert events[-1].response.incomplete_details.reason == "max_output_tokens"


def test_refused_before_the_stream(client):
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(model=MODEL, input="Hello.", previous_response_id="resp_unknown", stream=True)
    assert refused.value.code == "previous_response_not_found"


def test_a_closed_stream_leaves_the_server_well(client):
    with client.responses.create(model=MODEL, input="Count to 100.", stream=True) as stream:
        assert next(iter(stream)).type == "response.created"
    assert "8" in client.responses.create(model=MODEL, input="What is 5 + 3?").output_text
