from langchain_core.messages import HumanMessage, SystemMessage

result = graph.invoke({
    "messages": [
        SystemMessage(
            "You are a helpful assistant that explains concepts in simple terms, "
            "using at most 2 sentences."
        ),
        HumanMessage("Explain what a neural network is."),
    ],
    "previous_response_id": None,
})
print(result["messages"][-1].text)
