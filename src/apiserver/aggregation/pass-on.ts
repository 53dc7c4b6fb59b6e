import { failure } from "../../machinery/index.ts";
import type { ApiRequest, ApiResponse, ByteStream, Egress, UserInfo } from "../types.ts";
import { EgressError } from "../types.ts";
import type { Place } from "./availability.ts";
import { HOP_BY_HOP } from "../hop-by-hop.ts";

const OWN = new Set(HOP_BY_HOP);
const ACCEPT: Readonly<Record<string, string>> = {
  Table: "application/json;as=Table;v=v1;g=meta.k8s.io,application/json",
  PartialObjectMetadata: "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io,application/json",
};

/** As the request header authenticator of the other server reads them. */
function identityOf({ name, uid, groups, extra = {} }: UserInfo): readonly (readonly [string, string])[] {
  return [
    ["X-Remote-User", name],
    ...(uid ? [["X-Remote-Uid", uid] as const] : []),
    ...groups.map((group) => ["X-Remote-Group", group] as const),
    ...Object.entries(extra).flatMap(([key, values]) =>
      values.map((value) => [`X-Remote-Extra-${encodeURIComponent(key)}`, value] as const),
    ),
  ];
}

export const textAnswer = (status: number, text: string): ApiResponse => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body: text === "" ? "" : `${text}\n`,
});

/** Sends a request to the server behind an APIService, as its user (k8s: kube-aggregator handler_proxy.go). */
export async function passOn(egress: Egress, place: Place, host: string, request: ApiRequest, user: UserInfo): Promise<ApiResponse> {
  const outside = request.headers !== undefined;
  const query = Object.entries(request.query ?? {}).flatMap(([key, value]) =>
    (typeof value === "object" ? value : [value ?? ""]).map((one) => `${encodeURIComponent(key)}=${encodeURIComponent(one)}`),
  );
  if (!outside && query.some((one) => /^watch=(1|true)$/.test(one)))
    throw failure(
      501,
      "NotImplemented",
      "watching a resource of another API server from inside the cluster is not simulated yet in Timonel",
    );
  const { body } = request;
  const sent = Object.entries(request.headers ?? {}).filter(([name]) => !OWN.has(name) && !name.startsWith("x-remote-"));
  const accept = outside ? [] : [["Accept", ACCEPT[request.as ?? ""] ?? "application/json"] as const];
  try {
    const answer = await egress.http(place, {
      method: request.method,
      target: query.length === 0 ? request.path : `${request.path}?${query.join("&")}`,
      host,
      headers: [
        ...sent,
        ...accept,
        ...(request.contentType && !outside ? [["Content-Type", request.contentType] as const] : []),
        ...identityOf(user),
      ],
      ...(body === undefined ? {} : { body: body instanceof Uint8Array || typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const header = (name: string): string | undefined => answer.headers.find(([key]) => key.toLowerCase() === name)?.[1];
    const contentType = header("content-type") ?? "application/json";
    if (!outside) return { status: answer.status, contentType, body: read(contentType, await textOf(answer.body)) };
    const kept = answer.headers.filter(([key]) => !OWN.has(key.toLowerCase()) && key.toLowerCase() !== "content-type");
    return {
      status: answer.status,
      contentType,
      headers: Object.fromEntries(kept.map(([k, v]) => [k.toLowerCase(), v])),
      stream: answer.body,
    };
  } catch (error) {
    if (!(error instanceof EgressError)) throw error;
    return textAnswer(503, `error trying to reach service: ${error.message}`);
  }
}

function read(contentType: string, text: string): object | string {
  if (!contentType.startsWith("application/json")) return text;
  try {
    return JSON.parse(text) as object;
  } catch {
    return text;
  }
}

export async function textOf(stream: ByteStream): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let chunk = await stream.read(); chunk !== null; chunk = await stream.read()) text += decoder.decode(chunk, { stream: true });
  return text + decoder.decode();
}
