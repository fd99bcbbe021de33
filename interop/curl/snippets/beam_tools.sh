curl -X POST http://localhost:4000/v1/responses \
  -H "Content-Type: application/json" \
  -d '{
    "model": "claude-opus-4-6",
    "input": [
      {"role": "user", "content": "What time is it in Tokyo?"}
    ],
    "tools": [
      {
        "type": "function",
        "name": "get_time",
        "description": "Get the current time in a given timezone",
        "parameters": {
          "type": "object",
          "properties": {
            "timezone": {"type": "string", "description": "IANA timezone name"}
          },
          "required": ["timezone"]
        }
      }
    ]
  }'
