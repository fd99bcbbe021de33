"""The one order of events that a text answer has."""


def text_stream(deltas):
    """The event types of an answer that is one message with one text, in this many deltas."""
    return [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        *["response.output_text.delta"] * deltas,
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]


def call_stream(deltas):
    """The event types of an answer that is one function call, its arguments in this many deltas."""
    return [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        *["response.function_call_arguments.delta"] * deltas,
        "response.function_call_arguments.done",
        "response.output_item.done",
        "response.completed",
    ]
