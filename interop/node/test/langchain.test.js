// LangChain JS on the Responses API.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { HumanMessage, SystemMessage, ToolMessage } from "@langchain/core/messages";
import { tool } from "@langchain/core/tools";
import { ChatOpenAI } from "@langchain/openai";
import { z } from "zod";
import { API_KEY, BASE_URL, KEYED_URL, MODEL } from "../server.js";

function chat({ apiKey = API_KEY, url = BASE_URL, ...more } = {}) {
  return new ChatOpenAI({
    model: MODEL,
    apiKey,
    configuration: { baseURL: `${url}/v1` },
    useResponsesApi: true,
    maxRetries: 0,
    timeout: 30_000,
    ...more,
  });
}

const getWeather = tool(async ({ city }) => `sunny in ${city}`, {
  name: "get_weather",
  description: "Get the weather of a city",
  schema: z.object({ city: z.string() }),
});

describe("langchain", () => {
  test("invoke", async () => {
    const message = await chat().invoke([new SystemMessage("Be brief."), new HumanMessage("What is the capital of Germany?")]);
    assert.match(message.text, /Berlin/);
    assert.match(message.response_metadata.id, /^resp_/);
    assert.ok(message.usage_metadata.output_tokens > 0);
  });

  test("stream", async () => {
    const texts = [];
    let whole;
    for await (const chunk of await chat().stream("Count to 5.")) {
      texts.push(chunk.text);
      whole = whole ? whole.concat(chunk) : chunk;
    }
    assert.ok(texts.filter(Boolean).length > 1);
    assert.equal(whole.text, texts.join(""));
    assert.ok(whole.usage_metadata.output_tokens > 0);
  });

  test("previous response", async () => {
    const told = await chat().invoke("My name is Alice.");
    const asked = await chat().invoke("What is my name?", { previous_response_id: told.response_metadata.id });
    assert.match(asked.text, /Alice/);
  });

  test("tool round trip", async () => {
    const model = chat().bindTools([getWeather]);
    const question = new HumanMessage("What is the weather in Oslo?");
    const call = await model.invoke([question]);
    assert.equal(call.tool_calls.length, 1);
    assert.equal(call.tool_calls[0].name, "get_weather");
    const output = await getWeather.invoke(call.tool_calls[0]);
    assert.ok(output instanceof ToolMessage);
    const answer = await model.invoke([question, call, output]);
    assert.match(answer.text, /sunny/);
  });

  test("streamed tool call", async () => {
    let whole;
    for await (const chunk of await chat().bindTools([getWeather]).stream("What is the weather in Oslo?")) {
      whole = whole ? whole.concat(chunk) : chunk;
    }
    assert.equal(whole.tool_calls.length, 1);
    assert.equal(whole.tool_calls[0].name, "get_weather");
    assert.equal(typeof whole.tool_calls[0].args.city, "string");
  });

  test("structured output", async () => {
    const schema = z.object({ city: z.string(), country: z.string() });
    const model = chat().withStructuredOutput(schema, { name: "Capital", method: "jsonSchema", strict: true });
    const capital = await model.invoke("What is the capital of Germany?");
    assert.deepEqual(Object.keys(capital).sort(), ["city", "country"]);
  });

  test("wrong key", async () => {
    await assert.rejects(chat({ apiKey: "wrong", url: KEYED_URL }).invoke("Hello"), (error) => error.status === 401);
  });
});
