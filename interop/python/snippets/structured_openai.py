response = client.responses.create(
    model="qwen3-32b-tool",
    input=[
        {"type": "message", "role": "user", "content": "What is 5 + 3?"},
    ],
)
print(response.output_text) # "8"
