// Compaction and token counts.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { BACKEND, connect, GET_TIME, MODEL, RELEASES } from "../server.js";

const user = (text) => ({ type: "message", role: "user", content: text });

for (const [release, OpenAI] of Object.entries(RELEASES)) {
  const client = connect(OpenAI);

  describe(`${release}: context`, () => {
    test("compact", async () => {
      const input = [user("My name is Alice."), { role: "assistant", content: "Hello Alice!" }];
      const compacted = await client.responses.compact({ model: MODEL, input });
      assert.equal(compacted.object, "response.compaction");
      assert.equal(compacted.output.at(-1).type, "compaction");
      const next = [...compacted.output, user("What is my name?")];
      const asked = await client.responses.create({ model: MODEL, input: next });
      assert.equal(asked.status, "completed");
      if (BACKEND === "demo") assert.match(asked.output_text, /Alice/); // the other one cannot sum up
    });

    test("token count", async () => {
      const short = await client.responses.inputTokens.count({ model: MODEL, input: "Hello" });
      const longer = await client.responses.inputTokens.count({ model: MODEL, input: "Hello", tools: [GET_TIME] });
      assert.equal(short.object, "response.input_tokens");
      assert.ok(0 < short.input_tokens && short.input_tokens < longer.input_tokens);
    });
  });
}
