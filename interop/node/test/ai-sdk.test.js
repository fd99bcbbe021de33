// The Vercel AI SDK on its OpenAI Responses model.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createOpenAI } from "@ai-sdk/openai";
import { generateObject, generateText, stepCountIs, streamObject, streamText, tool } from "ai";
import { z } from "zod";
import { API_KEY, BACKEND, BASE_URL, KEYED_URL, MODEL } from "../server.js";

globalThis.AI_SDK_LOG_WARNINGS = false;

const provider = (apiKey, url = BASE_URL) => createOpenAI({ apiKey, baseURL: `${url}/v1` });
const openai = provider(API_KEY);
const model = openai.responses(MODEL);
const capital = z.object({ city: z.string(), country: z.string() });

function weather(asked) {
  return tool({
    description: "Get the weather of a city",
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => {
      asked.push(city);
      return `sunny in ${city}`;
    },
  });
}

describe("ai sdk", () => {
  test("text", async () => {
    const { text, finishReason, usage, response } = await generateText({
      model,
      system: "Be brief.",
      prompt: "What is the capital of Germany?",
    });
    assert.match(text, /Berlin/);
    assert.equal(finishReason, "stop");
    assert.equal(usage.totalTokens, usage.inputTokens + usage.outputTokens);
    assert.match(response.id, /^resp_/);
  });

  test("stream", async () => {
    const result = streamText({ model, prompt: "Count to 5." });
    const pieces = [];
    for await (const piece of result.textStream) pieces.push(piece);
    assert.ok(pieces.length > 1);
    assert.equal(pieces.join(""), await result.text);
    assert.equal(await result.finishReason, "stop");
    assert.ok((await result.usage).outputTokens > 0);
  });

  test("stream parts in order", async () => {
    const result = streamText({ model, prompt: "What is 5 + 3?" });
    const types = [];
    for await (const part of result.fullStream) if (types.at(-1) !== part.type) types.push(part.type);
    assert.deepEqual(types, ["start", "start-step", "text-start", "text-delta", "text-end", "finish-step", "finish"]);
  });

  test("messages", async () => {
    const { text } = await generateText({
      model,
      messages: [
        { role: "user", content: "My name is Alice." },
        { role: "assistant", content: "Hello Alice!" },
        { role: "user", content: "What is my name?" },
      ],
    });
    assert.match(text, /Alice/);
  });

  test("previous response", async () => {
    const told = await generateText({ model, prompt: "My name is Alice." });
    const asked = await generateText({
      model,
      prompt: "What is my name?",
      providerOptions: { openai: { previousResponseId: told.providerMetadata.openai.responseId } },
    });
    assert.match(asked.text, /Alice/);
  });

  test("tool loop", async () => {
    const asked = [];
    const { text, steps } = await generateText({
      model,
      prompt: "What is the weather in Oslo?",
      tools: { get_weather: weather(asked) },
      stopWhen: stepCountIs(4),
    });
    assert.equal(steps.length, 2);
    assert.equal(asked.length, 1);
    assert.equal(steps[0].finishReason, "tool-calls");
    assert.match(text, /sunny/);
  });

  test("streamed tool loop", async () => {
    const asked = [];
    const result = streamText({
      model,
      prompt: "What is the weather in Oslo?",
      tools: { get_weather: weather(asked) },
      stopWhen: stepCountIs(4),
    });
    const types = new Set();
    for await (const part of result.fullStream) types.add(part.type);
    for (const type of ["tool-input-start", "tool-input-delta", "tool-input-end", "tool-call", "tool-result"]) {
      assert.ok(types.has(type), type);
    }
    assert.ok(!types.has("error"));
    assert.equal(asked.length, 1);
    assert.match(await result.text, /sunny/);
  });

  test("object", async () => {
    const { object } = await generateObject({ model, schema: capital, prompt: "What is the capital of Germany?" });
    assert.deepEqual(Object.keys(object).sort(), ["city", "country"]);
  });

  test("streamed object", async () => {
    const result = streamObject({ model, schema: capital, prompt: "What is the capital of Germany?" });
    let last;
    for await (const partial of result.partialObjectStream) last = partial;
    assert.deepEqual(last, await result.object);
  });

  if (BACKEND === "chat") {
    test("reasoning", async () => {
      const result = await generateText({ model: openai.responses("reasoner"), prompt: "What is 5 + 3?" });
      assert.match(result.text, /8/);
    });
  }

  test("wrong key", async () => {
    await assert.rejects(
      generateText({ model: provider("wrong", KEYED_URL).responses(MODEL), prompt: "Hello", maxRetries: 0 }),
      (error) => error.statusCode === 401 && error.data.error.code === "invalid_api_key",
    );
  });
});
