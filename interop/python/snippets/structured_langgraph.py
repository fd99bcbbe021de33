result = graph.invoke({
    "messages": [
        {"type": "message", "role": "user", "content": "What is 5 + 3?"},
    ],
    "previous_response_id": None,
})
print(result["messages"][-1].text) # "8"
