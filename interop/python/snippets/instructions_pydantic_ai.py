agent = Agent(
    model=OpenAIResponsesModel("qwen3-32b-tool", provider=provider),
    system_prompt="You are a helpful assistant that explains concepts in simple terms, using at most 2 sentences.",
)
result = await agent.run("Explain what a neural network is.")
print(result.output)
