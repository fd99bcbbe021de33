agent = Agent(
    model=OpenAIResponsesModel("qwen3-32b-tool", provider=provider),
    system_prompt="You are a helpful assistant.",
)
result = await agent.run("What is the capital of Germany?")
print(result.output) # "The capital of Germany is Berlin."
