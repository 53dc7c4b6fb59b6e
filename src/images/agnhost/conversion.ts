import { goAnswer, goError } from "../go-http.ts";
import type { ServerRequest, ServerResponse } from "../../network/index.ts";
import { ok, serve, type Subcommand, tlsOf } from "./common.ts";

type Json = Readonly<Record<string, unknown>>;
const V1 = "stable.example.com/v1";
const V2 = "stable.example.com/v2";

/** `hostPort` of one version is `host` and `port` of the other; text: why not (k8s: crd-conversion-webhook/converter). */
function converted(object: Json, to: string): Json | string {
  const from = String(object["apiVersion"]);
  if (from === to) return `conversion from a version to itself should not call the webhook: ${to}`;
  if (from !== V1 && from !== V2) return `unexpected conversion version ${JSON.stringify(from)}`;
  if (to !== V1 && to !== V2) return `unexpected conversion version ${JSON.stringify(to)}`;
  const { hostPort, host, port, ...rest } = object;
  if (to === V1) return { ...rest, apiVersion: to, ...((host ?? port) !== undefined && { hostPort: `${host ?? ""}:${port ?? ""}` }) };
  if (hostPort === undefined) return { ...object, apiVersion: to };
  const parts = String(hostPort).split(":");
  if (parts.length !== 2) return `invalid hostPort value \`${String(hostPort)}\``;
  return { ...rest, apiVersion: to, host: parts[0], port: parts[1] };
}

/** Converts the official tests' custom resource. It speaks TLS with the certificate that it is given, and plain HTTP with the API server (decision 006). */
export const conversionWebhook: Subcommand = (proc, { values }) => {
  const answer = async (request: ServerRequest): Promise<ServerResponse> => {
    const now = proc.clock.now();
    if (request.path === "/readyz") return ok(proc, "ok");
    if (request.path !== "/crdconvert") return goError(now, 404, "404 page not found");
    const review = JSON.parse(await request.body.text()) as { readonly apiVersion: string; readonly request?: Json };
    const {
      uid,
      desiredAPIVersion,
      objects = [],
    } = (review.request ?? {}) as {
      readonly uid?: string;
      readonly desiredAPIVersion?: string;
      readonly objects?: readonly Json[];
    };
    const all = objects.map((object) => converted(object, desiredAPIVersion ?? ""));
    const failure = all.find((one) => typeof one === "string");
    const response =
      failure === undefined
        ? { uid, convertedObjects: all, result: { status: "Success" } }
        : { uid, convertedObjects: [], result: { status: "Failure", message: failure } };
    const headers = [["Content-Type", "application/json"]] as const;
    return goAnswer(now, JSON.stringify({ kind: "ConversionReview", apiVersion: review.apiVersion, response }), { headers });
  };
  return serve(proc, Number(values["port"] ?? 443), answer, undefined, tlsOf(proc, values, true));
};
