// The openai package over a WebSocket.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ResponsesWS as ResponsesWS6 } from "openai-6/resources/responses/ws";
import { ResponsesWS as ResponsesWS7 } from "openai-7/resources/responses/ws";
import { connect, MODEL, RELEASES } from "../server.js";

const SOCKETS = { "openai 6": ResponsesWS6, "openai 7": ResponsesWS7 };
const ENDS = ["response.completed", "response.failed", "error"];

/** Sends one message after the other, each when the turn before is over; gives the events of every turn. */
function converse(socket, messages) {
  return new Promise((resolve, reject) => {
    const turns = [[]];
    const failed = setTimeout(() => reject(new Error(`no end: ${JSON.stringify(turns)}`)), 30_000);
    const next = () => socket.send({ type: "response.create", model: MODEL, ...messages[turns.length - 1](turns) });
    const heard = (event) => {
      turns.at(-1).push(event);
      if (!ENDS.includes(event.type)) return;
      if (turns.length === messages.length) {
        clearTimeout(failed);
        socket.close();
        resolve(turns);
      } else {
        turns.push([]);
        next();
      }
    };
    socket.on("event", heard);
    socket.on("error", (error) => {
      // An error event of the server's is told as an error as well.
      if (!error.error) reject(error);
    });
    next();
  });
}

for (const [release, OpenAI] of Object.entries(RELEASES)) {
  describe(`${release}: socket`, () => {
    const open = () => new SOCKETS[release](connect(OpenAI));

    test("turns", async () => {
      const [told, asked] = await converse(open(), [
        () => ({ input: "My name is Alice.", store: false }),
        ([[...first]]) => ({
          input: "What is my name?",
          store: false,
          previous_response_id: first.at(-1).response.id,
        }),
      ]);
      assert.deepEqual(told.map((event) => event.sequence_number), [...told.keys()]);
      assert.equal(told[0].type, "response.created");
      assert.equal(told.at(-1).type, "response.completed");
      assert.match(asked.at(-1).response.output[0].content[0].text, /Alice/);
    });

    test("an unknown previous response", async () => {
      const [refused, answered] = await converse(open(), [
        () => ({ input: "Go on.", previous_response_id: "resp_unknown" }),
        () => ({ input: "What is 5 + 3?" }),
      ]);
      assert.deepEqual(refused.map((event) => event.type), ["error"]);
      assert.equal(refused[0].error.code, "previous_response_not_found");
      assert.equal(answered.at(-1).type, "response.completed");
    });
  });
}
