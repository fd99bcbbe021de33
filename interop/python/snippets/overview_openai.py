from openai import OpenAI

client = OpenAI(
    base_url="https://your-deployment-url/v1",
    api_key=AA_TOKEN,
)
response = client.responses.create(
    model="qwen3-32b-tool",
    input="What is the capital of Germany?",
)
print(response.output_text)
