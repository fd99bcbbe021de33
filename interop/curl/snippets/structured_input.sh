curl -X POST $BASE_URL/v1/responses \
-H "Content-Type: application/json" \
-H "Authorization: Bearer $AA_TOKEN" \
-d '{
"model": "qwen3-32b-tool",
"input": [
{"type": "message", "role": "user", "content": "What is 5 + 3?"}
]
}'
