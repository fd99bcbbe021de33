response = client.responses.create(
    model="qwen3-32b-tool",
    input="What is the capital of Germany?",
)
print(response.id) # "resp_abc123..."
print(response.status) # "completed"
print(response.output_text) # "The capital of Germany is Berlin."
