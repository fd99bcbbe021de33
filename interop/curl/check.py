"""Runs the curl snippets as printed, the address and the id of an earlier answer apart, and checks what comes back.

The first argument names the JUnit report to write. Needs bash, curl and Python's own library.
"""

import json
import os
import pathlib
import subprocess
import sys
import time
import traceback
from xml.etree import ElementTree

SNIPPETS = pathlib.Path(__file__).parent / "snippets"
BASE_URL = os.environ["INTEROP_BASE_URL"]
API_KEY = os.environ["INTEROP_API_KEY"]


def curl(snippet, previous=None):
    """What the snippet prints."""
    script = (SNIPPETS / f"{snippet}.sh").read_text()
    for printed in ("https://your-deployment-url", "http://localhost:4000"):
        script = script.replace(printed, BASE_URL)
    if previous:
        script = script.replace("resp_001", previous)
    environment = {**os.environ, "BASE_URL": BASE_URL, "AA_TOKEN": API_KEY}
    shell = ["bash", "-euo", "pipefail"]
    done = subprocess.run(shell, input=script, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def answer(snippet, previous=None):
    """The completed response that the snippet prints, with its text as the second value."""
    response = json.loads(curl(snippet, previous))
    assert response.get("status") == "completed", response
    assert response["object"] == "response"
    assert isinstance(response["created_at"], int)
    assert response["usage"]["total_tokens"] == response["usage"]["input_tokens"] + response["usage"]["output_tokens"]
    return response, text(response)


def text(response):
    parts = [part for item in response["output"] if item["type"] == "message" for part in item["content"]]
    return "".join(part["text"] for part in parts if part["type"] == "output_text")


def overview():
    response, said = answer("overview")
    assert response["model"] == "qwen3-32b-tool"
    assert "Berlin" in said, said


def health():
    assert json.loads(curl("health")) == {"status": "healthy"}


def first_request():
    response, said = answer("first_request")
    (message,) = response["output"]
    assert (message["type"], message["role"]) == ("message", "assistant")
    assert "Berlin" in said, said


def instructions():
    response, said = answer("instructions")
    assert response["instructions"].startswith("You are a helpful assistant that explains concepts")
    assert said


def structured_input():
    _, said = answer("structured_input")
    assert "8" in said, said


def beam_first_request():
    response, said = answer("beam_first_request")
    assert response["model"] == "gpt-4o"
    assert [item["status"] for item in response["output"]] == ["completed"]
    assert said


def beam_streaming():
    blocks = curl("beam_streaming").strip().split("\n\n")
    blocks = [block for block in blocks if not block.startswith(":")]
    assert blocks.pop() == "data: [DONE]"
    events = []
    for block in blocks:
        name, data = block.split("\n")
        events.append(json.loads(data.removeprefix("data: ")))
        assert name == f"event: {events[-1]['type']}", block
    deltas = [event["delta"] for event in events if event["type"] == "response.output_text.delta"]
    assert len(deltas) > 1
    assert [event["type"] for event in events] == [
        "response.created",
        "response.in_progress",
        "response.output_item.added",
        "response.content_part.added",
        *["response.output_text.delta"] * len(deltas),
        "response.output_text.done",
        "response.content_part.done",
        "response.output_item.done",
        "response.completed",
    ]
    assert [event["sequence_number"] for event in events] == list(range(len(events)))
    final = events[-1]["response"]
    assert final["status"] == "completed"
    assert text(final) == "".join(deltas)


def beam_tools():
    response, _ = answer("beam_tools")
    (call,) = response["output"]
    assert (call["type"], call["name"]) == ("function_call", "get_time")
    assert list(json.loads(call["arguments"])) == ["timezone"]
    assert call["call_id"]


def beam_multi_turn():
    first, _ = answer("beam_first_turn")
    second, said = answer("beam_second_turn", previous=first["id"])
    assert second["previous_response_id"] == first["id"]
    assert "Alice" in said, said


CHECKS = [
    overview,
    health,
    first_request,
    instructions,
    structured_input,
    beam_first_request,
    beam_streaming,
    beam_tools,
    beam_multi_turn,
]


def main(report):
    suite = ElementTree.Element("testsuite", name="curl")
    failures = 0
    for check in CHECKS:
        start = time.monotonic()
        case = ElementTree.SubElement(suite, "testcase", classname="curl", name=check.__name__)
        try:
            check()
        except Exception:
            failures += 1
            ElementTree.SubElement(case, "failure").text = traceback.format_exc()
            print(f"FAILED curl {check.__name__}\n{traceback.format_exc()}")
        case.set("time", f"{time.monotonic() - start:.3f}")
    suite.set("tests", str(len(CHECKS)))
    suite.set("failures", str(failures))
    ElementTree.ElementTree(suite).write(report)
    print(f"{len(CHECKS) - failures} passed, {failures} failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
