"""PydanticAI on its OpenAI Responses model."""

import asyncio

import pydantic
import pytest
from conftest import API_KEY, BASE_URL, MODEL
from pydantic_ai import Agent, NativeOutput, UsageLimitExceeded
from pydantic_ai.messages import ModelRequest
from pydantic_ai.models import ModelRequestParameters
from pydantic_ai.models.openai import OpenAIResponsesModel, OpenAIResponsesModelSettings
from pydantic_ai.providers.openai import OpenAIProvider
from pydantic_ai.usage import UsageLimits


def run(conversation):
    """Runs the conversation with a model whose connections belong to its event loop."""

    async def main():
        provider = OpenAIProvider(base_url=f"{BASE_URL}/v1", api_key=API_KEY)
        async with provider.client:
            return await conversation(lambda name=MODEL: OpenAIResponsesModel(name, provider=provider))

    return asyncio.run(main())


def test_run():
    async def conversation(model):
        return await Agent(model(), instructions="Be brief.").run("What is the capital of Germany?")

    result = run(conversation)
    assert "Berlin" in result.output
    assert result.usage.requests == 1
    assert result.usage.output_tokens > 0


def test_message_history():
    async def conversation(model):
        agent = Agent(model())
        told = await agent.run("My name is Alice.")
        return await agent.run("What is my name?", message_history=told.all_messages())

    assert "Alice" in run(conversation).output


def test_previous_response():
    async def conversation(model):
        agent = Agent(model())
        told = await agent.run("My name is Alice.")
        settings = OpenAIResponsesModelSettings(openai_previous_response_id=told.response.provider_response_id)
        return await agent.run("What is my name?", model_settings=settings)

    assert "Alice" in run(conversation).output


def test_run_stream():
    async def conversation(model):
        async with Agent(model()).run_stream("What is the capital of Germany?") as result:
            deltas = [delta async for delta in result.stream_text(delta=True, debounce_by=None)]
            return deltas, await result.get_output()

    deltas, output = run(conversation)
    assert len(deltas) > 1
    assert "".join(deltas) == output
    assert "Berlin" in output


def test_usage_is_counted_once():
    """PydanticAI adds the usage of every event that carries one."""

    async def conversation(model):
        agent = Agent(model())
        plain = await agent.run("What is the capital of Germany?")
        async with agent.run_stream("What is the capital of Germany?") as streamed:
            await streamed.get_output()
        return plain.usage, streamed.usage

    plain, streamed = run(conversation)
    assert (streamed.input_tokens, streamed.output_tokens) == (plain.input_tokens, plain.output_tokens)


@pytest.mark.parametrize("streamed", [False, True])
def test_tool(streamed):
    asked = []

    async def conversation(model):
        agent = Agent(model())

        @agent.tool_plain
        def get_weather(city: str) -> str:
            """Get the weather of a city."""
            asked.append(city)
            return "drizzle at 12 degrees"

        if not streamed:
            return (await agent.run("What is the weather in Paris?")).output
        async with agent.run_stream("What is the weather in Paris?") as result:
            return await result.get_output()

    assert "drizzle at 12 degrees" in run(conversation)
    assert len(asked) == 1


@pytest.mark.only("chat")
@pytest.mark.parametrize("streamed", [False, True])
def test_parallel_tools(streamed):
    asked = []

    async def conversation(model):
        agent = Agent(model())

        @agent.tool_plain
        def get_weather(city: str) -> str:
            asked.append(("weather", city))
            return "drizzle"

        @agent.tool_plain
        def get_time(timezone: str) -> str:
            asked.append(("time", timezone))
            return "23:15"

        question = "What is the time and the weather in Tokyo?"
        if not streamed:
            return (await agent.run(question)).output
        async with agent.run_stream(question) as result:
            return await result.get_output()

    output = run(conversation)
    assert sorted(asked) == [("time", "Asia/Tokyo"), ("weather", "Tokyo")]
    assert output == "The tools answered: drizzle; 23:15"


class Capital(pydantic.BaseModel):
    city: str
    country: str


def test_output_by_tool():
    async def conversation(model):
        return await Agent(model(), output_type=Capital).run("What is the capital of Germany?")

    assert isinstance(run(conversation).output, Capital)


def test_output_by_schema():
    async def conversation(model):
        return await Agent(model(), output_type=NativeOutput(Capital)).run("What is the capital of Germany?")

    assert isinstance(run(conversation).output, Capital)


@pytest.mark.only("chat")
@pytest.mark.parametrize("streamed", [False, True])
def test_thinking(streamed):
    """Raw reasoning stays beside the answer, and its item goes back to the server in the next turn."""

    async def conversation(model):
        agent = Agent(model("qwen3-reasoning"))
        if streamed:
            async with agent.run_stream("What is 5 + 3?") as result:
                output = await result.get_output()
            history = result.all_messages()
        else:
            result = await agent.run("What is 5 + 3?")
            output, history = result.output, result.all_messages()
        again = await agent.run("What is the capital of Germany?", message_history=history)
        return output, history, again.output

    output, history, again = run(conversation)
    assert output == "5 + 3 = 8"
    assert [part.part_kind for part in history[-1].parts] == ["thinking", "text"]
    assert "Berlin" in again


def test_count_tokens():
    async def conversation(model):
        request = ModelRequest.user_text_prompt("What is the capital of Germany?")
        counted = await model().count_tokens([request], None, ModelRequestParameters())
        limits = UsageLimits(count_tokens_before_request=True, input_tokens_limit=counted.input_tokens)
        return counted, await Agent(model()).run("What is the capital of Germany?", usage_limits=limits)

    counted, result = run(conversation)
    assert counted.input_tokens > 0
    assert "Berlin" in result.output


def test_too_many_tokens():
    async def conversation(model):
        limits = UsageLimits(count_tokens_before_request=True, input_tokens_limit=1)
        return await Agent(model()).run("What is the capital of Germany?", usage_limits=limits)

    with pytest.raises(UsageLimitExceeded):
        run(conversation)
