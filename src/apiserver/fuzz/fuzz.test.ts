import { describe, expect, it } from "vitest";
import { kinds } from "../../api/index.ts";
import { createRandom } from "../../sim/index.ts";
import { testServer } from "../testing/server.ts";
import { type FuzzRequest, fuzzRequest } from "./requests.ts";

/** `npm run prove` asks for all of them. */
const REQUESTS = Number(process.env["TIMONEL_FUZZ"] ?? (process.env["TIMONEL_PROOFS"] === "full" ? 50_000 : 3_000));
const SEED = Number(process.env["TIMONEL_FUZZ_SEED"] ?? 7);

/** Reasons by the code that upstream gives them (k8s: apimachinery api/errors). */
const REASONS: Readonly<Record<number, readonly string[]>> = {
  400: ["BadRequest"],
  401: ["Unauthorized"],
  403: ["Forbidden"],
  404: ["NotFound"],
  405: ["MethodNotAllowed"],
  406: ["NotAcceptable"],
  409: ["Conflict", "AlreadyExists"],
  410: ["Expired", "Gone"],
  413: ["RequestEntityTooLarge"],
  415: ["UnsupportedMediaType"],
  422: ["Invalid", ""],
  429: ["TooManyRequests"],
  // Errors that are no Status upstream have no reason.
  500: ["", "InternalError", "ServerTimeout"],
  501: ["NotImplemented"],
  503: ["ServiceUnavailable"],
  504: ["Timeout"],
};

describe("malformed and mutated requests", () => {
  it(`get nothing but answers that kube-apiserver could give: ${REQUESTS} of them`, async () => {
    const panics: unknown[] = [];
    const admin = { name: "admin", groups: ["system:masters"] };
    const server = await testServer({
      tokens: new Map([
        ["admin", admin],
        ["jane", { name: "jane", groups: [] }],
      ]),
      onPanic: (error) => panics.push(error),
    });
    const random = createRandom(SEED);
    /** By where it went wrong, so that one bug is told once. */
    const wrong = new Map<string, string>();
    const codes = new Map<number, number>();
    for (let i = 0; i < REQUESTS && wrong.size < 20; i++) {
      const request = fuzzRequest(random, kinds);
      const problem = await send(server, request, codes);
      const panic = panics.pop();
      const found = panic instanceof Error ? panic.stack?.split("\n").slice(0, 6).join("\n") : problem;
      if (found === undefined || wrong.has(placeOf(found))) continue;
      const { method, url, headers, body } = request;
      const sent = `${method} ${url.slice(0, 200)} ${JSON.stringify(headers)} ${body?.slice(0, 600).toString()}`;
      wrong.set(placeOf(found), `request ${i}: ${sent}\n${found}`);
    }
    expect([...wrong.values()].join("\n\n")).toBe("");
    // It did not miss by being refused at the door.
    for (const code of [200, 201, 400, 403, 404, 405, 406, 415, 422]) expect([code, (codes.get(code) ?? 0) > 0]).toEqual([code, true]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    await isFlat(server);
  }, 600_000);
});

/** The innermost line of a stack, or the text itself without what differs from request to request. */
const placeOf = (found: string): string => /^ +at .*$/m.exec(found)?.[0] ?? found.replace(/[^ ]*\d[^ ]*/g, "").slice(0, 80);

type Server = Awaited<ReturnType<typeof testServer>>;

/** What is wrong with the answer; undefined when it is one that could be. */
async function send(
  { api, clock }: Server,
  { url, method, headers, body }: FuzzRequest,
  codes: Map<number, number>,
): Promise<string | undefined> {
  let response: Response | undefined;
  let error: unknown;
  const init = { method, headers: { ...headers }, ...(body === undefined ? {} : { body }) };
  void api.fetch(new Request(`https://kubernetes${url}`, init)).then(
    (answer) => (response = answer),
    (thrown: unknown) => (error = thrown),
  );
  for (let i = 0; i < 5 && response === undefined && error === undefined; i++) await clock.settle();
  // What waits for a webhook or a kubelet gives up after a minute.
  if (response === undefined && error === undefined) await clock.advance(61_000);
  for (let i = 0; i < 50 && response === undefined && error === undefined; i++) await new Promise((done) => setTimeout(done, 10));
  if (error !== undefined) return `thrown: ${error instanceof Error ? error.stack : String(error)}`;
  if (response === undefined) return "no answer";
  codes.set(response.status, (codes.get(response.status) ?? 0) + 1);
  if (response.status < 400) {
    await response.body?.cancel();
    return undefined;
  }
  return refusalProblem(response, method);
}

async function refusalProblem(response: Response, method: string): Promise<string | undefined> {
  const text = await response.text();
  const allowed = REASONS[response.status];
  if (!allowed) return `status ${response.status}: ${text.slice(0, 300)}`;
  const type = response.headers.get("content-type") ?? "";
  // Plain text comes from what is no API: health checks, paths below nothing.
  if (method === "HEAD" || type === "application/yaml" || type.startsWith("text/plain")) return undefined;
  const status = JSON.parse(text) as {
    kind?: string;
    apiVersion?: string;
    status?: string;
    reason?: string;
    message?: string;
    code?: number;
  };
  const shape = [status.kind, status.apiVersion, status.status, status.code];
  if (JSON.stringify(shape) !== JSON.stringify(["Status", "v1", "Failure", response.status])) return `no Status: ${text.slice(0, 300)}`;
  if (!allowed.includes(status.reason ?? "")) return `reason ${status.reason} with ${response.status}: ${status.message}`;
  if (!status.message) return `no message: ${text.slice(0, 300)}`;
  return undefined;
}

/** Nothing that a client can send stays for ever but the objects it may make. */
async function isFlat({ store, ask, clock }: Server): Promise<void> {
  await clock.advance(4_000_000);
  const { body } = await ask("GET", "/metrics");
  expect((body as string).match(/^apiserver_longrunning_requests.* (\d+)$/m)?.[1]).toBe("0");
  expect((body as string).match(/^apiserver_current_inflight_requests\{request_kind="mutating"\} (\d+)$/m)?.[1]).toBe("0");
  const records = (await ask("GET", "/timonel/requests")).body as { items: readonly object[] };
  expect(records.items.length).toBeLessThanOrEqual(4096);
  expect(store.history(0).length).toBeLessThanOrEqual(6001);
}
