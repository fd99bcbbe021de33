from openai import OpenAI

client = OpenAI(
    base_url=f"{BASE_URL}/v1",
    api_key=AA_TOKEN,
)
