// Where the server under test is, and the clients that talk to it. INTEROP_BASE_URL names the server, INTEROP_BACKEND
// what stands behind it (demo or chat), INTEROP_KEYED_URL a second server that demands INTEROP_API_KEY.
import OpenAI6 from "openai-6";
import OpenAI7 from "openai-7";

function required(name) {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set`);
  return value;
}

export const BASE_URL = required("INTEROP_BASE_URL");
export const BACKEND = required("INTEROP_BACKEND");
export const KEYED_URL = required("INTEROP_KEYED_URL");
export const API_KEY = required("INTEROP_API_KEY");
export const MODEL = "qwen3-32b-tool";

/** The two release lines that are in use: 6 for Node 20, 7 from Node 22 on. */
export const RELEASES = { "openai 6": OpenAI6, "openai 7": OpenAI7 };

export function connect(OpenAI, { baseURL = `${BASE_URL}/v1`, apiKey = API_KEY } = {}) {
  return new OpenAI({ baseURL, apiKey, maxRetries: 0, timeout: 30_000 });
}

export const GET_TIME = {
  type: "function",
  name: "get_time",
  description: "Get the current time in a given timezone",
  parameters: {
    type: "object",
    properties: { timezone: { type: "string", description: "IANA timezone name" } },
    required: ["timezone"],
    additionalProperties: false,
  },
  strict: true,
};

export const GET_WEATHER = {
  type: "function",
  name: "get_weather",
  description: "Get the weather of a city",
  parameters: {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  },
  strict: true,
};

export const CAPITAL = {
  type: "json_schema",
  name: "Capital",
  schema: {
    type: "object",
    properties: { city: { type: "string" }, country: { type: "string" } },
    required: ["city", "country"],
    additionalProperties: false,
  },
  strict: true,
};
