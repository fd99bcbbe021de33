from langchain_openai import ChatOpenAI

llm = ChatOpenAI(
    model="qwen3-32b-tool",
    base_url=f"{BASE_URL}/v1",
    api_key=AA_TOKEN,
    use_responses_api=True,
)
