import { parseYaml } from "../../manifest/read.ts";
import { CliError, errorMessage } from "../../errors.ts";
import type { Invocation, KubectlRequest, KubectlResponse } from "../../types.ts";
import type { HttpConnection, HttpRequest } from "./http.ts";

const JSON_TYPE = "application/json";
const METHODS: ReadonlySet<string> = new Set(["GET", "POST", "PUT", "PATCH", "DELETE"]);

/** Asks the API server as whoever kubectl is, and gives back what it says. */
export async function passOn({ session }: Invocation, connection: HttpConnection, request: HttpRequest): Promise<void> {
  const { path, query, headers } = request;
  const method = request.method === "HEAD" ? "GET" : request.method;
  if (!METHODS.has(method)) return connection.answer(405, "text/plain; charset=utf-8", "Method Not Allowed\n");
  if (headers.has("upgrade"))
    return connection.answer(
      500,
      "text/plain; charset=utf-8",
      "upgraded connections through kubectl proxy are not simulated yet in Timonel\n",
    );
  let response: KubectlResponse;
  try {
    const as = wanted(headers.get("accept") ?? "");
    response = await session.pass(method as KubectlRequest["method"], path, { query, ...(as ? { as } : {}), ...bodyOf(request) });
  } catch (error) {
    return connection.answer(500, "text/plain; charset=utf-8", `${errorMessage(error)}\n`);
  }
  return send(connection, response);
}

const wanted = (accept: string): KubectlRequest["as"] | undefined =>
  /as=Table/.test(accept) ? "Table" : /as=PartialObjectMetadata(?:;|,|$)/.test(accept) ? "PartialObjectMetadata" : undefined;

function bodyOf({ body, headers }: HttpRequest): { body?: unknown; contentType?: string } {
  if (body.length === 0) return {};
  const contentType = (headers.get("content-type") ?? JSON_TYPE).split(";")[0] as string;
  const text = new TextDecoder().decode(body);
  if (!/json|yaml/.test(contentType)) return { body: text, contentType };
  const value: unknown = contentType.includes("json") ? parsed(text) : parseYaml(text, (m) => `yaml: ${m}`);
  return { body: value, contentType: contentType.includes("patch") ? contentType : JSON_TYPE };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new CliError(errorMessage(error));
  }
}

async function send(connection: HttpConnection, response: KubectlResponse): Promise<void> {
  const { status, body, watch, stream, contentType, warnings = [] } = response;
  const more: Record<string, string> = { "Cache-Control": "no-cache, private" };
  if (warnings.length > 0) more["Warning"] = warnings.map((w) => `299 - ${JSON.stringify(w)}`).join(", ");
  if (watch) {
    const write = await connection.stream(status, JSON_TYPE, more);
    await new Promise<void>((resolve) => {
      const cancel = watch.start(
        (events) =>
          void write(events.map((e) => `${JSON.stringify({ type: e.type, object: e.object })}\n`).join("")).catch(() => resolve()),
        () => resolve(),
      );
      void connection.gone().then(() => {
        cancel();
        resolve();
      });
    });
    await write();
    return;
  }
  if (stream) {
    const write = await connection.stream(status, contentType ?? "text/plain", more);
    for (let data = await stream.read(); data !== null; data = await stream.read()) await write(data);
    await write();
    return;
  }
  if (body instanceof Uint8Array || typeof body === "string") return connection.answer(status, contentType ?? "text/plain", body, more);
  return connection.answer(status, JSON_TYPE, body === undefined ? "" : `${JSON.stringify(body, null, 2)}\n`, more);
}
