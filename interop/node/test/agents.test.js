// The OpenAI Agents SDK on the Responses API.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Agent, OpenAIConversationsSession, OpenAIResponsesModel, run, setTracingDisabled, tool } from "@openai/agents";
import { z } from "zod";
import { connect, MODEL, RELEASES } from "../server.js";

setTracingDisabled(true);

const client = connect(RELEASES["openai 6"]);
const model = new OpenAIResponsesModel(client, MODEL);

function weather(asked) {
  return tool({
    name: "get_weather",
    description: "Get the weather of a city",
    parameters: z.object({ city: z.string() }),
    execute: async ({ city }) => {
      asked.push(city);
      return `sunny in ${city}`;
    },
  });
}

function agent(more = {}) {
  return new Agent({ name: "Guide", instructions: "Be brief.", model, ...more });
}

describe("agents", () => {
  test("run", async () => {
    const result = await run(agent(), "What is the capital of Germany?");
    assert.match(result.finalOutput, /Berlin/);
    assert.match(result.lastResponseId, /^resp_/);
    assert.ok(result.state.usage.outputTokens > 0);
  });

  test("stream", async () => {
    const result = await run(agent(), "Count to 5.", { stream: true });
    const deltas = [];
    for await (const event of result) {
      if (event.type === "raw_model_stream_event" && event.data.type === "output_text_delta") deltas.push(event.data.delta);
    }
    await result.completed;
    assert.ok(deltas.length > 1);
    assert.equal(deltas.join(""), result.finalOutput);
  });

  test("tool loop", async () => {
    const asked = [];
    const result = await run(agent({ tools: [weather(asked)] }), "What is the weather in Oslo?");
    assert.equal(asked.length, 1);
    assert.match(result.finalOutput, /sunny/);
    assert.deepEqual(
      result.newItems.map((item) => item.type),
      ["tool_call_item", "tool_call_output_item", "message_output_item"],
    );
  });

  test("streamed tool loop", async () => {
    const asked = [];
    const result = await run(agent({ tools: [weather(asked)] }), "What is the weather in Oslo?", { stream: true });
    for await (const event of result) assert.ok(event.type);
    await result.completed;
    assert.equal(asked.length, 1);
    assert.match(result.finalOutput, /sunny/);
  });

  test("structured output", async () => {
    const outputType = z.object({ city: z.string(), country: z.string() });
    const result = await run(agent({ outputType }), "What is the capital of Germany?");
    assert.deepEqual(Object.keys(result.finalOutput).sort(), ["city", "country"]);
  });

  test("handoff", async () => {
    const second = agent({ name: "Mathematician", handoffDescription: "Computes." });
    const first = agent({ name: "Desk", handoffs: [second] });
    const result = await run(first, "transfer_to_Mathematician: what is 5 + 3?");
    assert.equal(result.lastAgent.name, "Mathematician");
  });

  test("previous response", async () => {
    const told = await run(agent(), "My name is Alice.");
    const asked = await run(agent(), "What is my name?", { previousResponseId: told.lastResponseId });
    assert.match(asked.finalOutput, /Alice/);
  });

  test("tool loop on a previous response", async () => {
    const told = await run(agent(), "My name is Alice.");
    const asked = [];
    const options = { previousResponseId: told.lastResponseId };
    const result = await run(agent({ tools: [weather(asked)] }), "What is the weather in Oslo?", options);
    assert.equal(asked.length, 1);
    assert.match(result.finalOutput, /sunny/);
  });

  test("conversation session", async () => {
    const asked = [];
    const session = new OpenAIConversationsSession({ client });
    await run(agent(), "My name is Alice.", { session });
    await run(agent({ tools: [weather(asked)] }), "What is the weather in Oslo?", { session });
    const result = await run(agent(), "What is my name?", { session });
    assert.match(result.finalOutput, /Alice/);
    assert.equal(asked.length, 1);
    const items = await session.getItems();
    assert.equal(items.length, 8);
    assert.deepEqual(await session.popItem(), items.at(-1));
    assert.equal((await session.getItems()).length, 7);
    await session.clearSession();
  });

  test("conversation id", async () => {
    const { id } = await client.conversations.create();
    await run(agent(), "My name is Alice.", { conversationId: id });
    const result = await run(agent(), "What is my name?", { conversationId: id });
    assert.match(result.finalOutput, /Alice/);
  });
});
