"""The openai package: plain calls."""

import asyncio
import itertools
import json

import openai
import pydantic
import pytest
from conftest import API_KEY, BASE_URL, KEYED_URL, MODEL

GET_TIME = {
    "type": "function",
    "name": "get_time",
    "description": "Get the current time in a given timezone",
    "parameters": {
        "type": "object",
        "properties": {"timezone": {"type": "string", "description": "IANA timezone name"}},
        "required": ["timezone"],
        "additionalProperties": False,
    },
    "strict": True,
}
GET_WEATHER = {
    "type": "function",
    "name": "get_weather",
    "description": "Get the weather of a city",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
        "additionalProperties": False,
    },
    "strict": True,
}


def test_create(client):
    response = client.responses.create(model=MODEL, input="What is the capital of Germany?")
    assert response.id.startswith("resp_")
    assert response.object == "response"
    assert response.status == "completed"
    assert response.model == MODEL
    assert "Berlin" in response.output_text
    assert response.error is None
    assert response.incomplete_details is None
    assert response.created_at <= response.completed_at
    usage = response.usage
    assert usage.input_tokens > 0
    assert usage.output_tokens > 0
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens


def test_create_async():
    async def ask():
        async with openai.AsyncOpenAI(base_url=f"{BASE_URL}/v1", api_key=API_KEY, max_retries=0) as client:
            questions = ["What is the capital of Germany?", "What is 5 + 3?"]
            return await asyncio.gather(*(client.responses.create(model=MODEL, input=q) for q in questions))

    capital, result = asyncio.run(ask())
    assert "Berlin" in capital.output_text
    assert "8" in result.output_text


def test_parameters_are_echoed(client):
    response = client.responses.create(
        model=MODEL,
        input="What is 5 + 3?",
        instructions="Be brief.",
        metadata={"topic": "sums"},
        temperature=0.25,
        top_p=0.5,
        max_output_tokens=64,
        parallel_tool_calls=False,
        truncation="auto",
        safety_identifier="someone",
        prompt_cache_key="sums",
    )
    assert response.instructions == "Be brief."
    assert response.metadata == {"topic": "sums"}
    assert response.temperature == 0.25
    assert response.top_p == 0.5
    assert response.max_output_tokens == 64
    assert response.parallel_tool_calls is False
    assert response.truncation == "auto"
    assert response.safety_identifier == "someone"
    assert response.prompt_cache_key == "sums"
    assert response.tools == []
    assert response.tool_choice == "auto"
    assert response.text.format.type == "text"


def test_explicit_nulls_are_as_absent(client):
    response = client.responses.create(
        model=MODEL,
        input="What is 5 + 3?",
        instructions=None,
        previous_response_id=None,
        temperature=None,
        metadata=None,
        max_output_tokens=None,
        stream=None,
    )
    assert "8" in response.output_text


def test_input_of_parts(client):
    response = client.responses.create(
        model=MODEL,
        input=[{"role": "user", "content": [{"type": "input_text", "text": "What is the capital of Germany?"}]}],
    )
    assert "Berlin" in response.output_text


def test_retrieve(client):
    created = client.responses.create(model=MODEL, input="What is 5 + 3?", metadata={"topic": "sums"})
    retrieved = client.responses.retrieve(created.id)
    assert retrieved.to_dict() == created.to_dict()


def test_delete(client):
    created = client.responses.create(model=MODEL, input="What is 5 + 3?")
    assert client.responses.delete(created.id) is None
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(created.id)


def test_delete_body(client):
    created = client.responses.create(model=MODEL, input="What is 5 + 3?")
    deleted = json.loads(client.responses.with_raw_response.delete(created.id).http_response.text)
    assert deleted["id"] == created.id
    assert deleted["deleted"] is True


def test_input_items_of_a_string(client):
    created = client.responses.create(model=MODEL, input="What is 5 + 3?")
    (item,) = client.responses.input_items.list(created.id)
    assert item.type == "message"
    assert item.role == "user"
    assert item.id
    assert [part.text for part in item.content] == ["What is 5 + 3?"]


def test_input_items_are_paged(client):
    lines = [f"Line {n}." for n in range(1, 6)] + ["What is 5 + 3?"]
    created = client.responses.create(model=MODEL, input=[{"role": "user", "content": line} for line in lines])
    in_twos = client.responses.input_items.list(created.id, limit=2, order="asc")
    pages = list(itertools.islice(in_twos.iter_pages(), 9))
    assert [len(page.data) for page in pages] == [2, 2, 2]
    assert [page.has_more for page in pages] == [True, True, False]
    assert [item.content[0].text for page in pages for item in page.data] == lines
    newest_first = itertools.islice(client.responses.input_items.list(created.id, limit=4), 9)
    assert [item.content[0].text for item in newest_first] == lines[::-1]


def test_previous_response(client):
    told = client.responses.create(model=MODEL, input="My name is Alice.")
    asked = client.responses.create(model=MODEL, input="What is my name?", previous_response_id=told.id)
    assert "Alice" in asked.output_text
    assert asked.previous_response_id == told.id
    again = client.responses.create(model=MODEL, input="What is my name?", previous_response_id=asked.id)
    assert "Alice" in again.output_text


def test_a_response_may_be_continued_twice(client):
    told = client.responses.create(model=MODEL, input="My name is Alice.")
    renamed = client.responses.create(model=MODEL, input="My name is Bob.", previous_response_id=told.id)
    one = client.responses.create(model=MODEL, input="What is my name?", previous_response_id=told.id)
    other = client.responses.create(model=MODEL, input="What is my name?", previous_response_id=renamed.id)
    assert "Alice" in one.output_text
    assert "Bob" in other.output_text


def test_instructions_are_inherited(client):
    first = client.responses.create(model=MODEL, input="What is 5 + 3?", instructions="Be brief.")
    second = client.responses.create(
        model=MODEL, input="What are your instructions?", previous_response_id=first.id
    )
    assert second.instructions == "Be brief."
    replaced = client.responses.create(
        model=MODEL, input="What are your instructions?", previous_response_id=second.id, instructions="Be polite."
    )
    assert replaced.instructions == "Be polite."


@pytest.mark.only("chat")
def test_inherited_instructions_reach_the_model(client):
    first = client.responses.create(model=MODEL, input="What is 5 + 3?", instructions="Be brief.")
    second = client.responses.create(
        model=MODEL, input="What are your instructions?", previous_response_id=first.id
    )
    assert second.output_text == "My instructions are: Be brief."
    replaced = client.responses.create(
        model=MODEL, input="What are your instructions?", previous_response_id=second.id, instructions="Be polite."
    )
    assert replaced.output_text == "My instructions are: Be polite."


def test_store_false_is_not_kept(client):
    response = client.responses.create(model=MODEL, input="My name is Alice.", store=False)
    assert response.store is False
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(response.id)
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(model=MODEL, input="What is my name?", previous_response_id=response.id)
    assert refused.value.code == "previous_response_not_found"


def test_tool_round_trip(client):
    first = client.responses.create(model=MODEL, input="What time is it in Tokyo?", tools=[GET_TIME])
    (call,) = first.output
    assert call.type == "function_call"
    assert call.name == "get_time"
    assert call.status == "completed"
    assert isinstance(json.loads(call.arguments)["timezone"], str)
    assert first.status == "completed"
    assert first.output_text == ""

    second = client.responses.create(
        model=MODEL,
        previous_response_id=first.id,
        input=[{"type": "function_call_output", "call_id": call.call_id, "output": "23:15 sharp"}],
        tools=[GET_TIME],
    )
    assert "23:15 sharp" in second.output_text
    items = list(client.responses.input_items.list(second.id, limit=1))
    assert [(item.type, item.call_id, item.output) for item in items][0] == (
        "function_call_output",
        call.call_id,
        "23:15 sharp",
    )


def test_tool_round_trip_without_the_store(client):
    """The client keeps the history and sends the output items back as they came."""
    history = [{"role": "user", "content": "What time is it in Tokyo?"}]
    first = client.responses.create(model=MODEL, input=history, tools=[GET_TIME], store=False)
    history += [item.to_dict() for item in first.output]
    history.append({"type": "function_call_output", "call_id": first.output[0].call_id, "output": "23:15 sharp"})
    second = client.responses.create(model=MODEL, input=history, tools=[GET_TIME], store=False)
    assert "23:15 sharp" in second.output_text


@pytest.mark.only("chat")
def test_parallel_calls(client):
    first = client.responses.create(
        model=MODEL, input="What is the time and the weather in Tokyo?", tools=[GET_TIME, GET_WEATHER]
    )
    assert [item.name for item in first.output] == ["get_time", "get_weather"]
    assert [json.loads(item.arguments) for item in first.output] == [{"timezone": "Asia/Tokyo"}, {"city": "Tokyo"}]
    second = client.responses.create(
        model=MODEL,
        previous_response_id=first.id,
        input=[
            {"type": "function_call_output", "call_id": call.call_id, "output": output}
            for call, output in zip(first.output, ["23:15", "rain"])
        ],
    )
    assert second.output_text == "The tools answered: 23:15; rain"


def test_tool_choice_none(client):
    response = client.responses.create(
        model=MODEL, input="What time is it in Tokyo?", tools=[GET_TIME], tool_choice="none"
    )
    assert [item.type for item in response.output] == ["message"]
    assert response.tool_choice == "none"


def test_tool_choice_names_a_function(client):
    response = client.responses.create(
        model=MODEL,
        input="What is 5 + 3?",
        tools=[GET_TIME, GET_WEATHER],
        tool_choice={"type": "function", "name": "get_weather"},
    )
    assert [item.name for item in response.output] == ["get_weather"]


class Capital(pydantic.BaseModel):
    city: str
    country: str


def test_parse(client):
    response = client.responses.parse(model=MODEL, input="What is the capital of Germany?", text_format=Capital)
    assert isinstance(response.output_parsed, Capital)
    assert response.text.format.type == "json_schema"
    assert response.text.format.name == "Capital"


@pytest.mark.only("chat")
def test_parse_passes_the_schema_on(client):
    response = client.responses.parse(model=MODEL, input="What is the capital of Germany?", text_format=Capital)
    assert response.output_parsed == Capital(city="Berlin", country="Germany")


class Weather(pydantic.BaseModel):
    city: str


def test_parse_of_a_call(client):
    response = client.responses.parse(
        model=MODEL,
        input="What is the weather in Paris?",
        tools=[openai.pydantic_function_tool(Weather, name="get_weather")],
    )
    (call,) = response.output
    assert isinstance(call.parsed_arguments, Weather)


@pytest.mark.only("chat")
def test_reasoning(client):
    response = client.responses.create(model="qwen3-reasoning", input="What is 5 + 3?")
    reasoning, message = response.output
    assert reasoning.type == "reasoning"
    assert "".join(part.text for part in reasoning.content) == 'The question is "What is 5 + 3?". I answer it.'
    assert message.content[0].text == "5 + 3 = 8"
    assert response.usage.output_tokens_details.reasoning_tokens > 0


@pytest.mark.only("chat")
def test_refusal(client):
    response = client.responses.create(model=MODEL, input="Tell me something forbidden.")
    assert [(part.type, part.refusal) for part in response.output[0].content] == [
        ("refusal", "I cannot help with that.")
    ]


@pytest.mark.only("chat")
def test_output_limit(client):
    response = client.responses.create(model=MODEL, input="Count to 100.", max_output_tokens=16)
    assert response.status == "incomplete"
    assert response.incomplete_details.reason == "max_output_tokens"
    assert response.output[0].status == "incomplete"
    assert response.output_text == " ".join(str(n) for n in range(1, 17))


@pytest.mark.only("chat")
def test_logprobs(client):
    response = client.responses.create(
        model=MODEL, input="What is 5 + 3?", include=["message.output_text.logprobs"], top_logprobs=1
    )
    logprobs = response.output[0].content[0].logprobs
    assert "".join(one.token for one in logprobs) == response.output_text
    assert [one.top_logprobs[0].token for one in logprobs] == [one.token for one in logprobs]


def test_models(client):
    assert [model.object for model in client.models.list()] != []


def test_unknown_response(client):
    for call in (client.responses.retrieve, client.responses.delete, client.responses.input_items.list):
        with pytest.raises(openai.NotFoundError) as refused:
            call("resp_unknown")
        assert refused.value.type == "invalid_request_error"
        assert "resp_unknown" in refused.value.message


def test_unknown_previous_response(client):
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(model=MODEL, input="What is my name?", previous_response_id="resp_unknown")
    assert refused.value.type == "invalid_request_error"
    assert refused.value.code == "previous_response_not_found"
    assert refused.value.param == "previous_response_id"


def test_orphan_output(client):
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(
            model=MODEL, input=[{"type": "function_call_output", "call_id": "call_unknown", "output": "23:15"}]
        )
    assert "call_unknown" in refused.value.message


def test_bad_parameter(client):
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(model=MODEL, input="What is 5 + 3?", temperature=-1)
    assert refused.value.param == "temperature"


def test_keys():
    with openai.OpenAI(base_url=f"{KEYED_URL}/v1", api_key=API_KEY, max_retries=0) as client:
        assert "8" in client.responses.create(model=MODEL, input="What is 5 + 3?").output_text
    with openai.OpenAI(base_url=f"{KEYED_URL}/v1", api_key="wrong", max_retries=0) as client:
        with pytest.raises(openai.AuthenticationError) as refused:
            client.responses.create(model=MODEL, input="What is 5 + 3?")
    assert refused.value.code == "invalid_api_key"


def test_request_id(client):
    response = client.responses.create(model=MODEL, input="What is 5 + 3?")
    assert response._request_id
    other = client.responses.create(model=MODEL, input="What is 5 + 3?")
    assert other._request_id != response._request_id
    with pytest.raises(openai.NotFoundError) as refused:
        client.responses.retrieve("resp_unknown")
    assert refused.value.request_id
