import type { KubeObject } from "../../api/index.ts";
import { type Random, rfc3339Micro } from "../../sim/index.ts";
import { queryBoolean, queryInteger } from "../options.ts";
import type { ApiRequest, ApiResponse, UserInfo } from "../types.ts";
import type { RequestLog, RequestRecord } from "./requests.ts";

/** Where the record of requests is read and watched: `?after=SEQUENCE`, `?watch=true`. */
export const REQUESTS_PATH = "/timonel/requests";

/** Names a request in its answer's Audit-Id and in the log; the same seed gives the same names. */
export const auditId = (random: Random, sequence: number): string => random.fork(`audit ${sequence}`).uuid();

/** The requests as audit.k8s.io/v1 events, with what only a simulator can tell beside them. */
export function serveRequests(log: RequestLog, random: Random, request: ApiRequest): ApiResponse {
  const after = queryInteger(request, "after") ?? 0;
  if (!queryBoolean(request, "watch")) {
    const items = log.entries(after).map((record) => auditEvent(record, random));
    return { status: 200, body: { kind: "EventList", apiVersion: "audit.k8s.io/v1", metadata: {}, items } };
  }
  return {
    status: 200,
    watch: {
      start(onEvents) {
        const send = (records: readonly RequestRecord[]): void => {
          const events = records.map((record) => ({ type: "ADDED" as const, object: auditEvent(record, random) }));
          if (events.length > 0) onEvents(events, records.at(-1)?.revision ?? 0);
        };
        send(log.entries(after));
        return log.watch((record) => send([record]));
      },
    },
  };
}

function auditEvent(record: RequestRecord, random: Random): KubeObject {
  const { info, user, as, status, refusal, ended, started } = record;
  const stage = ended === undefined ? "ResponseStarted" : "ResponseComplete";
  const failed = refusal as { readonly reason?: string; readonly message?: string; readonly status?: string } | undefined;
  const event = {
    kind: "Event",
    apiVersion: "audit.k8s.io/v1",
    level: "Metadata",
    auditID: auditId(random, record.sequence),
    stage,
    requestURI: uriOf(record),
    verb: record.verb,
    ...(user ? { user: personOf(user) } : {}),
    ...(as ? { impersonatedUser: personOf(as) } : {}),
    userAgent: record.agent,
    ...(info
      ? {
          objectRef: {
            resource: info.resource,
            ...(info.namespace ? { namespace: info.namespace } : {}),
            ...(info.name ? { name: info.name } : {}),
            ...(info.group ? { apiGroup: info.group } : {}),
            apiVersion: info.version,
            ...(info.subresource ? { subresource: info.subresource } : {}),
          },
        }
      : {}),
    responseStatus: {
      metadata: {},
      ...(failed?.status ? { status: failed.status, message: failed.message, reason: failed.reason } : {}),
      code: status,
    },
    requestReceivedTimestamp: rfc3339Micro(record.at),
    stageTimestamp: rfc3339Micro(ended ?? started ?? record.at),
    ...(record.annotations ? { annotations: record.annotations } : {}),
    timonel: {
      sequence: record.sequence,
      stages: [
        { stage: "RequestReceived", time: rfc3339Micro(record.at) },
        ...(started === undefined ? [] : [{ stage: "ResponseStarted", time: rfc3339Micro(started) }]),
        ...(ended === undefined ? [] : [{ stage: "ResponseComplete", time: rfc3339Micro(ended) }]),
      ],
      admission: record.verdicts ?? [],
      ...(record.revision === undefined ? {} : { revision: record.revision }),
      causes: record.causes,
    },
  };
  return event as KubeObject;
}

const personOf = ({ name, uid, groups, extra }: UserInfo) => ({
  username: name,
  ...(uid ? { uid } : {}),
  groups,
  ...(extra ? { extra } : {}),
});

function uriOf({ path, query }: RequestRecord): string {
  const pairs: string[] = [];
  for (const key in query) {
    const values = query[key];
    if (values === undefined) continue;
    for (const value of typeof values === "string" ? [values] : values)
      pairs.push(`${encodeURIComponent(key)}=${encodeURIComponent(value)}`);
  }
  return pairs.length === 0 ? path : `${path}?${pairs.join("&")}`;
}
