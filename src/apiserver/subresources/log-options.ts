import { badRequest, field, type FieldError, goQuote, invalid } from "../../machinery/index.ts";
import { parseTime } from "../../sim/index.ts";
import { queryValue } from "../context.ts";
import { queryBoolean, queryInteger } from "../options.ts";
import type { ApiRequest, LogRequest } from "../types.ts";

type LogOptions = Pick<LogRequest, "follow" | "previous" | "timestamps" | "tailLines" | "limitBytes" | "since">;

/** What a client wants to see of a log; `now` in virtual milliseconds. Throws 400 and 422 (k8s: ValidatePodLogOptions). */
export function logOptions(request: ApiRequest, pod: string, now: number): LogOptions {
  const tailLines = queryInteger(request, "tailLines");
  const limitBytes = queryInteger(request, "limitBytes");
  const sinceSeconds = queryInteger(request, "sinceSeconds");
  const sinceTime = timeOf(queryValue(request, "sinceTime"));
  const errors: FieldError[] = [];
  if (tailLines !== undefined && tailLines < 0) errors.push(field.invalid("tailLines", tailLines, "must be greater than or equal to 0"));
  if (limitBytes !== undefined && limitBytes < 1) errors.push(field.invalid("limitBytes", limitBytes, "must be greater than 0"));
  if (sinceSeconds !== undefined && sinceTime !== undefined)
    errors.push(field.forbidden("", "at most one of `sinceTime` or `sinceSeconds` may be specified"));
  else if (sinceSeconds !== undefined && sinceSeconds < 1)
    errors.push(field.invalid("sinceSeconds", sinceSeconds, "must be greater than 0"));
  if (errors.length > 0) throw invalid({ group: "", kind: "PodLogOptions" }, pod, errors);
  const since = sinceSeconds === undefined ? sinceTime : now - sinceSeconds * 1000;
  return {
    follow: queryBoolean(request, "follow") ?? false,
    previous: queryBoolean(request, "previous") ?? false,
    timestamps: queryBoolean(request, "timestamps") ?? false,
    ...(tailLines === undefined ? {} : { tailLines }),
    ...(limitBytes === undefined ? {} : { limitBytes }),
    ...(since === undefined ? {} : { since }),
  };
}

function timeOf(text: string | undefined): number | undefined {
  if (!text) return undefined;
  const ms = parseTime(text);
  if (Number.isNaN(ms) || !/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/.test(text))
    throw badRequest(`parsing time ${goQuote(text)} as "2006-01-02T15:04:05Z07:00": cannot parse ${goQuote(text)} as "2006"`);
  return ms;
}
