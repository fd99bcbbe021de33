import asyncio
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIResponsesModel
from pydantic_ai.providers.openai import OpenAIProvider

provider = OpenAIProvider(
    base_url="https://your-deployment-url/v1",
    api_key=AA_TOKEN,
)
agent = Agent(
    model=OpenAIResponsesModel("qwen3-32b-tool", provider=provider),
    system_prompt="You are a helpful assistant.",
)
async def main():
    result = await agent.run("What is the capital of Germany?")
    print(result.output)
asyncio.run(main())
