# First turn
curl -X POST http://localhost:4000/v1/responses \
  -H "Content-Type: application/json" \
  -d '{
    "model": "gpt-4o",
    "input": [{"role": "user", "content": "My name is Alice."}]
  }'
# → {"id": "resp_001", ...}
