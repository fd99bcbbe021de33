curl -X POST http://localhost:4000/v1/responses \
  -H "Content-Type: application/json" \
  -H "Accept: text/event-stream" \
  -d '{
    "model": "gpt-4o",
    "stream": true,
    "input": [
      {"role": "user", "content": "Write a haiku about Elixir."}
    ]
  }'
