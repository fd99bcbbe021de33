import httpx

response = httpx.get(
    f"{BASE_URL}/health",
    headers={"Authorization": f"Bearer {AA_TOKEN}"},
)
print(response.json())
