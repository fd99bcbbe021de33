"""The openai package: conversations, background responses, lists, repeated requests."""

import time
import uuid

import openai
import pytest
from conftest import MODEL
from test_openai import GET_TIME

SLOW_MODEL = "qwen3-32b-slow"


def user(text):
    return {"type": "message", "role": "user", "content": text}


def texts(items):
    return [item.content[0].text for item in items]


def ended(client, response, seconds=30):
    """The response when it is no longer on its way."""
    deadline = time.monotonic() + seconds
    while response.status in ("queued", "in_progress"):
        assert time.monotonic() < deadline, response.status
        time.sleep(0.05)
        response = client.responses.retrieve(response.id)
    return response


# ---- conversations


def test_conversation_life(client):
    created = client.conversations.create(metadata={"topic": "demo"}, items=[user("My name is Alice.")])
    assert created.id.startswith("conv_")
    assert created.object == "conversation"
    assert created.metadata == {"topic": "demo"}
    assert client.conversations.retrieve(created.id) == created

    updated = client.conversations.update(created.id, metadata={"topic": "other"})
    assert updated.id == created.id
    assert updated.metadata == {"topic": "other"}
    assert client.conversations.retrieve(created.id).metadata == {"topic": "other"}

    deleted = client.conversations.delete(created.id)
    assert (deleted.id, deleted.object, deleted.deleted) == (created.id, "conversation.deleted", True)
    with pytest.raises(openai.NotFoundError):
        client.conversations.retrieve(created.id)


def test_conversation_items(client):
    conversation = client.conversations.create()
    assert list(client.conversations.items.list(conversation.id)) == []

    added = client.conversations.items.create(conversation.id, items=[user("One."), user("Two.")])
    assert added.object == "list"
    assert texts(added.data) == ["One.", "Two."]
    assert (added.first_id, added.last_id) == (added.data[0].id, added.data[1].id)

    one = client.conversations.items.retrieve(added.data[0].id, conversation_id=conversation.id)
    assert one == added.data[0]
    assert texts(client.conversations.items.list(conversation.id)) == ["Two.", "One."]

    left = client.conversations.items.delete(one.id, conversation_id=conversation.id)
    assert left.id == conversation.id
    assert texts(client.conversations.items.list(conversation.id)) == ["Two."]
    with pytest.raises(openai.NotFoundError):
        client.conversations.items.retrieve(one.id, conversation_id=conversation.id)


@pytest.mark.parametrize("limit", [1, 2, 5, 20])
def test_conversation_items_are_paged(client, limit):
    lines = [f"Line {number}." for number in range(5)]
    conversation = client.conversations.create(items=[user(line) for line in lines])
    pages = client.conversations.items.list(conversation.id, limit=limit, order="asc")
    assert texts(pages) == lines
    assert texts(client.conversations.items.list(conversation.id, limit=limit)) == lines[::-1]


@pytest.mark.parametrize("limit", [1, 5])
def test_input_items_are_paged_to_the_end(client, limit):
    lines = [f"Line {number}." for number in range(5)]
    created = client.responses.create(model=MODEL, input=[user(line) for line in lines])
    assert texts(client.responses.input_items.list(created.id, limit=limit, order="asc")) == lines
    last = client.responses.input_items.list(created.id, limit=limit, order="desc").data[0].id
    after = client.responses.input_items.list(created.id, limit=limit, order="asc", after=last)
    assert (after.data, after.has_more) == ([], False)


@pytest.mark.parametrize("reference", [lambda id: id, lambda id: {"id": id}])
def test_responses_in_a_conversation(client, reference):
    conversation = client.conversations.create()
    told = client.responses.create(model=MODEL, input="My name is Alice.", conversation=reference(conversation.id))
    asked = client.responses.create(model=MODEL, input="What is my name?", conversation=reference(conversation.id))
    assert told.conversation.id == asked.conversation.id == conversation.id
    assert "Alice" in asked.output_text
    items = client.conversations.items.list(conversation.id, order="asc")
    assert [item.role for item in items] == ["user", "assistant", "user", "assistant"]


def test_a_tool_loop_in_a_conversation(client):
    conversation = client.conversations.create().id
    first = client.responses.create(
        model=MODEL, input="What time is it in Tokyo?", tools=[GET_TIME], conversation=conversation
    )
    (call,) = first.output
    output = {"type": "function_call_output", "call_id": call.call_id, "output": "12:00"}
    second = client.responses.create(model=MODEL, input=[output], tools=[GET_TIME], conversation=conversation)
    assert "12:00" in second.output_text
    types = [item.type for item in client.conversations.items.list(conversation, order="asc")]
    assert types == ["message", "function_call", "function_call_output", "message"]


def test_a_conversation_and_a_previous_response_exclude_each_other(client):
    conversation = client.conversations.create().id
    told = client.responses.create(model=MODEL, input="My name is Alice.")
    with pytest.raises(openai.BadRequestError) as refused:
        client.responses.create(model=MODEL, input="?", conversation=conversation, previous_response_id=told.id)
    assert refused.value.code == "mutually_exclusive_parameters"


def test_an_unknown_conversation(client):
    with pytest.raises(openai.NotFoundError):
        client.responses.create(model=MODEL, input="Hello", conversation="conv_unknown")


# ---- background responses


def test_background(client):
    created = client.responses.create(model=MODEL, input="What is the capital of Germany?", background=True)
    assert created.background is True
    assert created.status in ("queued", "in_progress")
    response = ended(client, created)
    assert response.status == "completed"
    assert "Berlin" in response.output_text


def test_background_stream_is_resumed(client):
    stream = client.responses.create(model=MODEL, input="Count to 9.", background=True, stream=True)
    events = []
    with stream:
        for event in stream:
            events.append(event)
            if event.type == "response.output_text.delta":
                break
    seen = events[-1].sequence_number
    with client.responses.retrieve(events[0].response.id, stream=True, starting_after=seen) as rest:
        events.extend(rest)
    assert [event.sequence_number for event in events] == list(range(len(events)))
    assert events[-1].type == "response.completed"
    deltas = [event.delta for event in events if event.type == "response.output_text.delta"]
    assert "".join(deltas) == events[-1].response.output_text
    assert client.responses.retrieve(events[0].response.id) == events[-1].response


def test_a_finished_stream_is_replayed(client):
    first = list(client.responses.create(model=MODEL, input="Count to 5.", background=True, stream=True))
    again = list(client.responses.retrieve(first[0].response.id, stream=True))
    assert again == first


def test_a_finished_response_is_not_cancelled(client):
    created = client.responses.create(model=MODEL, input="What is 5 + 3?", background=True)
    response = ended(client, created)
    assert client.responses.cancel(created.id) == response


def test_a_synchronous_response_is_not_cancelled(client):
    created = client.responses.create(model=MODEL, input="What is 5 + 3?")
    with pytest.raises(openai.BadRequestError, match="Cannot cancel a synchronous response"):
        client.responses.cancel(created.id)


@pytest.mark.only("chat")
def test_cancel(client):
    created = client.responses.create(model=SLOW_MODEL, input="Count to 99.", background=True)
    cancelled = client.responses.cancel(created.id)
    assert cancelled.id == created.id
    assert cancelled.status == "cancelled"
    assert client.responses.retrieve(created.id).status == "cancelled"
    assert client.responses.cancel(created.id).status == "cancelled"


@pytest.mark.only("chat")
def test_a_running_stream_is_resumed(client):
    stream = client.responses.create(model=SLOW_MODEL, input="Count to 50.", background=True, stream=True)
    with stream:
        head = next(iter(stream))
    running = client.responses.retrieve(head.response.id)
    assert running.status in ("queued", "in_progress")
    rest = list(client.responses.retrieve(head.response.id, stream=True, starting_after=head.sequence_number))
    assert rest[0].sequence_number == head.sequence_number + 1
    assert rest[-1].type == "response.completed"


# ---- lists and repeated requests


def test_responses_are_listed(client):
    kept = [client.responses.create(model=MODEL, input=f"What is 5 + {number}?").id for number in range(3)]
    page = client.get("/responses", cast_to=object, options={"params": {"limit": 2, "order": "desc"}})
    assert page["object"] == "list"
    assert [response["id"] for response in page["data"]] == [kept[2], kept[1]]
    assert page["has_more"] is True
    params = {"limit": 1, "order": "desc", "after": page["last_id"]}
    assert client.get("/responses", cast_to=object, options={"params": params})["data"][0]["id"] == kept[0]


def test_a_repeated_request(client):
    key = {"Idempotency-Key": str(uuid.uuid4())}
    first = client.responses.create(model=MODEL, input="What is 5 + 3?", extra_headers=key)
    assert client.responses.create(model=MODEL, input="What is 5 + 3?", extra_headers=key) == first
    with pytest.raises(openai.UnprocessableEntityError):
        client.responses.create(model=MODEL, input="What is 5 + 4?", extra_headers=key)
