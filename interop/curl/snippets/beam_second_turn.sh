# Second turn — no need to repeat the history
curl -X POST http://localhost:4000/v1/responses \
  -H "Content-Type: application/json" \
  -d '{
    "model": "gpt-4o",
    "previous_response_id": "resp_001",
    "input": [{"role": "user", "content": "What is my name?"}]
  }'
