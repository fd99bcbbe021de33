import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BACKEND, CAPITAL, connect, GET_TIME, GET_WEATHER, MODEL, RELEASES } from "../server.js";

/** The event types of an answer that is one message with one text, in this many deltas. */
function textStream(deltas) {
  return [
    "response.created",
    "response.in_progress",
    "response.output_item.added",
    "response.content_part.added",
    ...Array(deltas).fill("response.output_text.delta"),
    "response.output_text.done",
    "response.content_part.done",
    "response.output_item.done",
    "response.completed",
  ];
}

async function collect(stream) {
  const events = [];
  for await (const event of stream) events.push(event);
  return events;
}

for (const [release, OpenAI] of Object.entries(RELEASES)) {
  describe(`${release}: streams`, () => {
    const client = connect(OpenAI);

    test("raw text", async () => {
      const input = "What is the capital of Germany?";
      const events = await collect(await client.responses.create({ model: MODEL, input, stream: true }));
      const deltas = events.filter((event) => event.type === "response.output_text.delta").map((event) => event.delta);
      assert.ok(deltas.length > 1);
      assert.deepEqual(
        events.map((event) => event.type),
        textStream(deltas.length),
      );
      assert.deepEqual(
        events.map((event) => event.sequence_number),
        events.map((_, index) => index),
      );
      const final = events.at(-1).response;
      assert.equal(deltas.join(""), final.output[0].content[0].text);
      assert.match(deltas.join(""), /Berlin/);
    });

    test("helper text", async () => {
      const stream = client.responses.stream({ model: MODEL, input: "What is the capital of Germany?" });
      let text = "";
      stream.on("response.output_text.delta", (event) => (text += event.delta));
      const final = await stream.finalResponse();
      assert.equal(final.status, "completed");
      assert.equal(final.output_text, text);
      assert.match(text, /Berlin/);
      const kept = await client.responses.retrieve(final.id);
      assert.deepEqual(
        kept.output.map((item) => item.id),
        final.output.map((item) => item.id),
      );
    });

    test("helper snapshot", async () => {
      const stream = client.responses.stream({ model: MODEL, input: "What is the capital of Germany?" });
      const snapshots = [];
      stream.on("response.output_text.delta", (event) => snapshots.push(event.snapshot));
      const final = await stream.finalResponse();
      assert.ok(snapshots.length > 1);
      assert.equal(snapshots.at(-1), final.output_text);
    });

    test("helper continues", async () => {
      const told = await client.responses.stream({ model: MODEL, input: "My name is Alice." }).finalResponse();
      const asked = client.responses.stream({
        model: MODEL,
        input: "What is my name?",
        previous_response_id: told.id,
      });
      assert.match((await asked.finalResponse()).output_text, /Alice/);
    });

    test("helper parses", async () => {
      const stream = client.responses.stream({
        model: MODEL,
        input: "What is the capital of Germany?",
        text: { format: CAPITAL },
      });
      const answer = JSON.parse((await stream.finalResponse()).output_text);
      assert.deepEqual(Object.keys(answer).sort(), ["city", "country"]);
    });

    test("helper call and its output", async () => {
      const input = "What time is it in Tokyo?";
      const stream = client.responses.stream({ model: MODEL, input, tools: [GET_TIME] });
      let pieces = "";
      stream.on("response.function_call_arguments.delta", (event) => (pieces += event.delta));
      const first = await stream.finalResponse();
      assert.deepEqual(
        first.output.map((item) => [item.type, item.name, item.arguments]),
        [["function_call", "get_time", pieces]],
      );
      assert.deepEqual(Object.keys(JSON.parse(pieces)), ["timezone"]);
      const second = client.responses.stream({
        model: MODEL,
        previous_response_id: first.id,
        input: [{ type: "function_call_output", call_id: first.output[0].call_id, output: "23:15 sharp" }],
      });
      assert.match((await second.finalResponse()).output_text, /23:15 sharp/);
    });

    test("refused before the stream", async () => {
      const request = { model: MODEL, input: "Hello.", previous_response_id: "resp_unknown" };
      await assert.rejects(client.responses.create({ ...request, stream: true }), OpenAI.BadRequestError);
      await assert.rejects(client.responses.stream(request).finalResponse(), OpenAI.BadRequestError);
    });

    test("an aborted stream leaves the server well", async () => {
      const stream = await client.responses.create({ model: MODEL, input: "Count to 100.", stream: true });
      for await (const event of stream) {
        assert.equal(event.type, "response.created");
        break;
      }
      assert.match((await client.responses.create({ model: MODEL, input: "What is 5 + 3?" })).output_text, /8/);
    });

    if (BACKEND === "chat") {
      test("helper parallel calls", async () => {
        const stream = client.responses.stream({
          model: MODEL,
          input: "What is the time and the weather in Tokyo?",
          tools: [GET_TIME, GET_WEATHER],
        });
        assert.deepEqual(
          (await stream.finalResponse()).output.map((item) => [item.name, JSON.parse(item.arguments)]),
          [
            ["get_time", { timezone: "Asia/Tokyo" }],
            ["get_weather", { city: "Tokyo" }],
          ],
        );
      });

      test("helper reasoning", async () => {
        const stream = client.responses.stream({ model: "qwen3-reasoning", input: "What is 5 + 3?" });
        const final = await stream.finalResponse();
        assert.deepEqual(
          final.output.map((item) => item.type),
          ["reasoning", "message"],
        );
        assert.equal(final.output[0].content[0].text, 'The question is "What is 5 + 3?". I answer it.');
        assert.equal(final.output_text, "5 + 3 = 8");
      });

      test("helper refusal", async () => {
        const stream = client.responses.stream({ model: MODEL, input: "Tell me something forbidden." });
        const [message] = (await stream.finalResponse()).output;
        assert.deepEqual(
          message.content.map((part) => [part.type, part.refusal]),
          [["refusal", "I cannot help with that."]],
        );
      });

      test("helper output limit", async () => {
        const input = "Count to 100.";
        const final = await client.responses.stream({ model: MODEL, input, max_output_tokens: 16 }).finalResponse();
        assert.equal(final.status, "incomplete");
        assert.equal(final.incomplete_details.reason, "max_output_tokens");
      });
    }
  });
}
