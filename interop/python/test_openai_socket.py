"""The openai package over a WebSocket."""

import openai
import pytest
from conftest import MODEL
from streams import text_stream


def turn(connection):
    """The events up to the end of the turn."""
    events = []
    while not events or events[-1].type not in ("response.completed", "response.failed", "error"):
        events.append(connection.recv())
    return events


def test_turns(client):
    with client.responses.connect() as connection:
        connection.response.create(model=MODEL, input="My name is Alice.", store=False)
        told = turn(connection)
        deltas = sum(event.type == "response.output_text.delta" for event in told)
        assert [event.type for event in told] == text_stream(deltas)
        assert [event.sequence_number for event in told] == list(range(len(told)))

        response = told[-1].response
        connection.response.create(
            model=MODEL, input="What is my name?", store=False, previous_response_id=response.id
        )
        assert "Alice" in turn(connection)[-1].response.output_text
    with pytest.raises(openai.NotFoundError):
        client.responses.retrieve(response.id)


def test_a_stored_response_is_continued(client):
    told = client.responses.create(model=MODEL, input="My name is Alice.")
    with client.responses.connect() as connection:
        connection.response.create(model=MODEL, input="What is my name?", previous_response_id=told.id)
        asked = turn(connection)[-1].response
    assert "Alice" in asked.output_text
    assert client.responses.retrieve(asked.id) == asked


def test_an_unknown_previous_response(client):
    with client.responses.connect() as connection:
        connection.response.create(model=MODEL, input="Go on.", previous_response_id="resp_unknown")
        (refused,) = turn(connection)
        assert refused.type == "error"
        assert refused.error.code == "previous_response_not_found"
        connection.response.create(model=MODEL, input="What is 5 + 3?")
        assert "8" in turn(connection)[-1].response.output_text
