curl -X POST $BASE_URL/v1/responses \
-H "Content-Type: application/json" \
-H "Authorization: Bearer $AA_TOKEN" \
-d '{
"model": "qwen3-32b-tool",
"input": "Explain what a neural network is.",
"instructions": "You are a helpful assistant that explains concepts in simple terms, using at most 2 sentences."
}'
