response = client.responses.create(
    model="qwen3-32b-tool",
    input="Explain what a neural network is.",
    instructions="You are a helpful assistant that explains concepts in simple terms, using at most 2 sentences.",
)
print(response.output_text)
