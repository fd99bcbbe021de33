// Conversations, background responses, lists, repeated requests.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { BACKEND, connect, MODEL, RELEASES } from "../server.js";

const SLOW_MODEL = "qwen3-32b-slow";
const user = (text) => ({ type: "message", role: "user", content: text });

async function all(pages) {
  const items = [];
  for await (const item of pages) {
    items.push(item);
    assert.ok(items.length < 99);
  }
  return items;
}

const texts = async (pages) => (await all(pages)).map((item) => item.content[0].text);

for (const [release, OpenAI] of Object.entries(RELEASES)) {
  const client = connect(OpenAI);

  async function ended(response) {
    const deadline = Date.now() + 30_000;
    while (response.status === "queued" || response.status === "in_progress") {
      assert.ok(Date.now() < deadline, response.status);
      await sleep(50);
      response = await client.responses.retrieve(response.id);
    }
    return response;
  }

  describe(`${release}: conversations`, () => {
    test("life", async () => {
      const items = [user("My name is Alice.")];
      const created = await client.conversations.create({ metadata: { topic: "demo" }, items });
      assert.match(created.id, /^conv_/);
      assert.equal(created.object, "conversation");
      assert.deepEqual(await client.conversations.retrieve(created.id), created);
      const updated = await client.conversations.update(created.id, { metadata: { topic: "other" } });
      assert.deepEqual(updated, { ...created, metadata: { topic: "other" } });
      const deleted = await client.conversations.delete(created.id);
      assert.deepEqual(deleted, { id: created.id, object: "conversation.deleted", deleted: true });
      await assert.rejects(client.conversations.retrieve(created.id), OpenAI.NotFoundError);
    });

    test("items", async () => {
      const { id } = await client.conversations.create();
      assert.deepEqual(await all(client.conversations.items.list(id)), []);
      const added = await client.conversations.items.create(id, { items: [user("One."), user("Two.")] });
      assert.equal(added.object, "list");
      assert.deepEqual(added.data.map((item) => item.content[0].text), ["One.", "Two."]);
      const [one] = added.data;
      assert.deepEqual(await client.conversations.items.retrieve(one.id, { conversation_id: id }), one);
      assert.equal((await client.conversations.items.delete(one.id, { conversation_id: id })).id, id);
      assert.deepEqual(await texts(client.conversations.items.list(id)), ["Two."]);
      const again = client.conversations.items.retrieve(one.id, { conversation_id: id });
      await assert.rejects(again, OpenAI.NotFoundError);
    });

    for (const limit of [1, 2, 5, 20]) {
      test(`items in pages of ${limit}`, async () => {
        const lines = ["Line 0.", "Line 1.", "Line 2.", "Line 3.", "Line 4."];
        const { id } = await client.conversations.create({ items: lines.map(user) });
        assert.deepEqual(await texts(client.conversations.items.list(id, { limit, order: "asc" })), lines);
        assert.deepEqual(await texts(client.conversations.items.list(id, { limit })), lines.toReversed());
        const { id: response } = await client.responses.create({ model: MODEL, input: lines.map(user) });
        assert.deepEqual(await texts(client.responses.inputItems.list(response, { limit, order: "asc" })), lines);
      });
    }

    for (const reference of [(id) => id, (id) => ({ id })]) {
      test(`turns, by ${typeof reference("")}`, async () => {
        const { id } = await client.conversations.create();
        const conversation = reference(id);
        await client.responses.create({ model: MODEL, input: "My name is Alice.", conversation });
        const asked = await client.responses.create({ model: MODEL, input: "What is my name?", conversation });
        assert.match(asked.output_text, /Alice/);
        assert.equal(asked.conversation.id, id);
        assert.equal((await all(client.conversations.items.list(id))).length, 4);
      });
    }
  });

  describe(`${release}: background`, () => {
    test("polling", async () => {
      const input = "What is the capital of Germany?";
      const created = await client.responses.create({ model: MODEL, input, background: true });
      assert.ok(["queued", "in_progress"].includes(created.status), created.status);
      const response = await ended(created);
      assert.equal(response.status, "completed");
      assert.match(response.output_text, /Berlin/);
      const { output_text, ...same } = response; // put in by the library, after some calls only
      assert.deepEqual({ ...(await client.responses.cancel(created.id)), output_text }, { ...same, output_text });
    });

    test("a stream is resumed", async () => {
      const body = { model: MODEL, input: "Count to 9.", background: true, stream: true };
      const events = [];
      for await (const event of await client.responses.create(body)) {
        events.push(event);
        if (event.type === "response.output_text.delta") break;
      }
      const { id } = events[0].response;
      const after = { stream: true, starting_after: events.at(-1).sequence_number };
      for await (const event of await client.responses.retrieve(id, after)) events.push(event);
      assert.deepEqual(events.map((event) => event.sequence_number), [...events.keys()]);
      assert.equal(events.at(-1).type, "response.completed");
      const again = [];
      for await (const event of await client.responses.retrieve(id, { stream: true })) again.push(event);
      assert.deepEqual(again, events);
    });

    test("a synchronous response is not cancelled", async () => {
      const created = await client.responses.create({ model: MODEL, input: "What is 5 + 3?" });
      await assert.rejects(client.responses.cancel(created.id), OpenAI.BadRequestError);
    });

    if (BACKEND === "chat") {
      test("cancel", async () => {
        const created = await client.responses.create({ model: SLOW_MODEL, input: "Count to 99.", background: true });
        assert.equal((await client.responses.cancel(created.id)).status, "cancelled");
        assert.equal((await client.responses.retrieve(created.id)).status, "cancelled");
      });
    }
  });

  describe(`${release}: helpers`, () => {
    test("list", async () => {
      const { id } = await client.responses.create({ model: MODEL, input: "What is 5 + 3?" });
      const page = await client.get("/responses", { query: { limit: 1 } });
      assert.equal(page.object, "list");
      assert.equal(page.data.length, 1);
      assert.equal((await client.get("/responses", { query: { limit: 100 } })).data.some((one) => one.id === id), true);
    });

    test("a repeated request", async () => {
      const headers = { "Idempotency-Key": randomUUID() };
      const body = { model: MODEL, input: "What is 5 + 3?" };
      const first = await client.responses.create(body, { headers });
      assert.deepEqual(await client.responses.create(body, { headers }), first);
      const other = client.responses.create({ ...body, input: "What is 5 + 4?" }, { headers });
      await assert.rejects(other, OpenAI.UnprocessableEntityError);
    });
  });
}
