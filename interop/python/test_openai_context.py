"""The openai package: compaction and token counts."""

from conftest import BACKEND, MODEL
from test_openai import GET_TIME
from test_openai_state import user


def test_compact(client):
    window = [user("My name is Alice."), {"role": "assistant", "content": "Hello Alice!"}]
    compacted = client.responses.compact(model=MODEL, input=window)
    assert compacted.object == "response.compaction"
    assert compacted.output[-1].type == "compaction"
    assert compacted.output[-1].encrypted_content
    assert compacted.usage.total_tokens >= 0
    items = [item.model_dump(exclude_none=True) for item in compacted.output]
    asked = client.responses.create(model=MODEL, input=[*items, user("What is my name?")])
    assert asked.status == "completed"
    if BACKEND == "demo":  # the other one cannot sum up
        assert "Alice" in asked.output_text


def test_compact_a_chain(client):
    told = client.responses.create(model=MODEL, input="My name is Alice.")
    compacted = client.responses.compact(model=MODEL, previous_response_id=told.id)
    assert compacted.output[-1].type == "compaction"


def test_count_tokens(client):
    short = client.responses.input_tokens.count(model=MODEL, input="Hello")
    assert short.object == "response.input_tokens"
    assert short.input_tokens > 0
    longer = client.responses.input_tokens.count(
        model=MODEL, input="Hello, how are you this morning?", instructions="Be brief.", tools=[GET_TIME]
    )
    assert longer.input_tokens > short.input_tokens
