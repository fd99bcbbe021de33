"""The OpenAI Agents SDK on the Responses API."""

import asyncio

import openai
import pydantic
from agents import Agent, OpenAIConversationsSession, OpenAIResponsesModel, Runner, function_tool, set_tracing_disabled
from conftest import API_KEY, BASE_URL, MODEL

set_tracing_disabled(True)


class Capital(pydantic.BaseModel):
    city: str
    country: str


def run(conversation):
    """Runs the conversation with a client whose connections belong to its event loop."""

    async def main():
        async with openai.AsyncOpenAI(base_url=f"{BASE_URL}/v1", api_key=API_KEY, max_retries=0, timeout=30) as client:
            return await conversation(client)

    return asyncio.run(main())


def agent(client, **more):
    return Agent(name="Guide", instructions="Be brief.", model=OpenAIResponsesModel(MODEL, client), **more)


def weather(asked):
    @function_tool
    def get_weather(city: str) -> str:
        """Get the weather of a city."""
        asked.append(city)
        return f"sunny in {city}"

    return get_weather


def test_run():
    async def conversation(client):
        return await Runner.run(agent(client), "What is the capital of Germany?")

    result = run(conversation)
    assert "Berlin" in result.final_output
    assert result.last_response_id.startswith("resp_")
    assert result.context_wrapper.usage.output_tokens > 0


def test_stream():
    async def conversation(client):
        result = Runner.run_streamed(agent(client), "Count to 5.")
        events = [event async for event in result.stream_events()]
        return result, events

    result, events = run(conversation)
    raw = [event.data for event in events if event.type == "raw_response_event"]
    deltas = [event.delta for event in raw if event.type == "response.output_text.delta"]
    assert len(deltas) > 1
    assert "".join(deltas) == result.final_output


def test_tool_loop():
    asked = []

    async def conversation(client):
        return await Runner.run(agent(client, tools=[weather(asked)]), "What is the weather in Oslo?")

    result = run(conversation)
    assert len(asked) == 1
    assert "sunny" in result.final_output
    assert [item.type for item in result.new_items] == ["tool_call_item", "tool_call_output_item", "message_output_item"]


def test_streamed_tool_loop():
    asked = []

    async def conversation(client):
        result = Runner.run_streamed(agent(client, tools=[weather(asked)]), "What is the weather in Oslo?")
        async for _ in result.stream_events():
            pass
        return result

    assert "sunny" in run(conversation).final_output
    assert len(asked) == 1


def test_structured_output():
    async def conversation(client):
        return await Runner.run(agent(client, output_type=Capital), "What is the capital of Germany?")

    assert isinstance(run(conversation).final_output, Capital)


def test_handoff():
    async def conversation(client):
        second = agent(client).clone(name="Mathematician", handoff_description="Computes.")
        first = agent(client).clone(name="Desk", handoffs=[second])
        return await Runner.run(first, "transfer_to_mathematician: what is 5 + 3?")

    assert run(conversation).last_agent.name == "Mathematician"


def test_input_list():
    async def conversation(client):
        told = await Runner.run(agent(client), "My name is Alice.")
        return await Runner.run(agent(client), told.to_input_list() + [{"role": "user", "content": "What is my name?"}])

    assert "Alice" in run(conversation).final_output


def test_previous_response():
    asked = []

    async def conversation(client):
        told = await Runner.run(agent(client), "My name is Alice.")
        helped = await Runner.run(
            agent(client, tools=[weather(asked)]),
            "What is the weather in Oslo?",
            previous_response_id=told.last_response_id,
        )
        return await Runner.run(agent(client), "What is my name?", previous_response_id=helped.last_response_id)

    assert "Alice" in run(conversation).final_output
    assert len(asked) == 1


def test_conversation_session():
    asked = []

    async def conversation(client):
        session = OpenAIConversationsSession(openai_client=client)
        await Runner.run(agent(client), "My name is Alice.", session=session)
        await Runner.run(agent(client, tools=[weather(asked)]), "What is the weather in Oslo?", session=session)
        result = await Runner.run(agent(client), "What is my name?", session=session)
        items = await session.get_items()
        popped = await session.pop_item()
        left = await session.get_items()
        await session.clear_session()
        return result, items, popped, left

    result, items, popped, left = run(conversation)
    assert "Alice" in result.final_output
    assert len(asked) == 1
    kinds = [item["type"] for item in items]
    assert kinds == ["message"] * 3 + ["function_call", "function_call_output"] + ["message"] * 3
    assert left == items[:-1]
    assert popped == items[-1]


def test_conversation_id():
    async def conversation(client):
        kept = (await client.conversations.create()).id
        await Runner.run(agent(client), "My name is Alice.", conversation_id=kept)
        return await Runner.run(agent(client), "What is my name?", conversation_id=kept)

    assert "Alice" in run(conversation).final_output
