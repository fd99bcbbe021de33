import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { API_KEY, BACKEND, CAPITAL, connect, GET_TIME, GET_WEATHER, KEYED_URL, MODEL, RELEASES } from "../server.js";

for (const [release, OpenAI] of Object.entries(RELEASES)) {
  describe(`${release}: calls`, () => {
    const client = connect(OpenAI);

    test("create", async () => {
      const response = await client.responses.create({ model: MODEL, input: "What is the capital of Germany?" });
      assert.match(response.id, /^resp_/);
      assert.equal(response.object, "response");
      assert.equal(response.status, "completed");
      assert.match(response.output_text, /Berlin/);
      assert.equal(response.usage.total_tokens, response.usage.input_tokens + response.usage.output_tokens);
    });

    test("structured input", async () => {
      const input = [{ type: "message", role: "user", content: "What is 5 + 3?" }];
      const response = await client.responses.create({ model: MODEL, input });
      assert.match(response.output_text, /8/);
    });

    test("retrieve", async () => {
      const created = await client.responses.create({ model: MODEL, input: "What is 5 + 3?" });
      assert.deepEqual(await client.responses.retrieve(created.id), created);
    });

    test("delete", async () => {
      const created = await client.responses.create({ model: MODEL, input: "What is 5 + 3?" });
      await client.responses.delete(created.id);
      await assert.rejects(client.responses.retrieve(created.id), OpenAI.NotFoundError);
    });

    test("input items are paged", async () => {
      const lines = ["Line 1.", "Line 2.", "Line 3.", "Line 4.", "What is 5 + 3?"];
      const input = lines.map((line) => ({ role: "user", content: line }));
      const created = await client.responses.create({ model: MODEL, input });
      const pages = [];
      const first = await client.responses.inputItems.list(created.id, { limit: 2, order: "asc" });
      for await (const page of first.iterPages()) {
        pages.push(page.data.map((item) => item.content[0].text));
        assert.ok(pages.length < 9);
      }
      assert.deepEqual(pages, [lines.slice(0, 2), lines.slice(2, 4), lines.slice(4)]);
      const newestFirst = [];
      for await (const item of client.responses.inputItems.list(created.id, { limit: 4 })) {
        newestFirst.push(item.content[0].text);
        assert.ok(newestFirst.length < 9);
      }
      assert.deepEqual(newestFirst, lines.toReversed());
    });

    test("previous response", async () => {
      const told = await client.responses.create({ model: MODEL, input: "My name is Alice." });
      const asked = await client.responses.create({
        model: MODEL,
        input: "What is my name?",
        previous_response_id: told.id,
      });
      assert.match(asked.output_text, /Alice/);
      assert.equal(asked.previous_response_id, told.id);
    });

    test("instructions are inherited", async () => {
      const first = await client.responses.create({ model: MODEL, input: "What is 5 + 3?", instructions: "Be brief." });
      const second = await client.responses.create({
        model: MODEL,
        input: "What are your instructions?",
        previous_response_id: first.id,
      });
      assert.equal(second.instructions, "Be brief.");
      if (BACKEND === "chat") assert.equal(second.output_text, "My instructions are: Be brief.");
    });

    test("tool round trip", async () => {
      const first = await client.responses.create({
        model: MODEL,
        input: "What time is it in Tokyo?",
        tools: [GET_TIME],
      });
      assert.deepEqual(
        first.output.map((item) => [item.type, item.name]),
        [["function_call", "get_time"]],
      );
      const second = await client.responses.create({
        model: MODEL,
        previous_response_id: first.id,
        input: [{ type: "function_call_output", call_id: first.output[0].call_id, output: "23:15 sharp" }],
        tools: [GET_TIME],
      });
      assert.match(second.output_text, /23:15 sharp/);
    });

    test("tool round trip without the store", async () => {
      const history = [{ role: "user", content: "What time is it in Tokyo?" }];
      const first = await client.responses.create({ model: MODEL, input: history, tools: [GET_TIME], store: false });
      history.push(...first.output);
      history.push({ type: "function_call_output", call_id: first.output[0].call_id, output: "23:15 sharp" });
      const second = await client.responses.create({ model: MODEL, input: history, tools: [GET_TIME], store: false });
      assert.match(second.output_text, /23:15 sharp/);
    });

    test("parse", async () => {
      const response = await client.responses.parse({
        model: MODEL,
        input: "What is the capital of Germany?",
        text: { format: CAPITAL },
      });
      const answer = JSON.parse(response.output_text);
      assert.deepEqual(Object.keys(answer).sort(), ["city", "country"]);
      if (BACKEND === "chat") assert.deepEqual(answer, { city: "Berlin", country: "Germany" });
    });

    test("unknown response", async () => {
      await assert.rejects(client.responses.retrieve("resp_unknown"), (error) => {
        assert.ok(error instanceof OpenAI.NotFoundError);
        assert.equal(error.type, "invalid_request_error");
        assert.ok(error.requestID);
        return true;
      });
    });

    test("unknown previous response", async () => {
      const asked = client.responses.create({ model: MODEL, input: "Hello.", previous_response_id: "resp_unknown" });
      await assert.rejects(asked, (error) => {
        assert.ok(error instanceof OpenAI.BadRequestError);
        assert.equal(error.code, "previous_response_not_found");
        assert.equal(error.param, "previous_response_id");
        return true;
      });
    });

    test("keys", async () => {
      const baseURL = `${KEYED_URL}/v1`;
      const known = connect(OpenAI, { baseURL, apiKey: API_KEY });
      assert.match((await known.responses.create({ model: MODEL, input: "What is 5 + 3?" })).output_text, /8/);
      const unknown = connect(OpenAI, { baseURL, apiKey: "wrong" });
      await assert.rejects(unknown.responses.create({ model: MODEL, input: "What is 5 + 3?" }), (error) => {
        assert.ok(error instanceof OpenAI.AuthenticationError);
        assert.equal(error.code, "invalid_api_key");
        return true;
      });
    });

    test("request id", async () => {
      const response = await client.responses.create({ model: MODEL, input: "What is 5 + 3?" });
      assert.ok(response._request_id);
    });

    test("models", async () => {
      const models = [];
      for await (const model of client.models.list()) models.push(model.object);
      assert.notEqual(models.length, 0);
    });

    if (BACKEND === "chat") {
      test("parallel calls", async () => {
        const response = await client.responses.create({
          model: MODEL,
          input: "What is the time and the weather in Tokyo?",
          tools: [GET_TIME, GET_WEATHER],
        });
        assert.deepEqual(
          response.output.map((item) => [item.name, JSON.parse(item.arguments)]),
          [
            ["get_time", { timezone: "Asia/Tokyo" }],
            ["get_weather", { city: "Tokyo" }],
          ],
        );
      });
    }
  });
}
