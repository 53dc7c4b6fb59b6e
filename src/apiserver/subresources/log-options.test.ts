import { describe, expect, it } from "vitest";
import type { ApiRequest } from "../types.ts";
import { logOptions } from "./log-options.ts";

const asked = (query: ApiRequest["query"]) =>
  logOptions({ method: "GET", path: "/", agent: "test", causes: [], query: query ?? {} }, "web", Date.UTC(2026, 0, 1));

describe("what is wanted of a log", () => {
  it("is read from the query", () => {
    expect(asked({ follow: "true", tailLines: "5", sinceSeconds: "60" })).toEqual({
      follow: true,
      previous: false,
      timestamps: false,
      tailLines: 5,
      since: Date.UTC(2025, 11, 31, 23, 59),
    });
  });

  it.each<readonly [ApiRequest["query"], string]>([
    [{ tailLines: "-1" }, 'PodLogOptions "web" is invalid: tailLines: Invalid value: -1: must be greater than or equal to 0'],
    [{ limitBytes: "0" }, 'PodLogOptions "web" is invalid: limitBytes: Invalid value: 0: must be greater than 0'],
    [{ sinceSeconds: "0" }, 'PodLogOptions "web" is invalid: sinceSeconds: Invalid value: 0: must be greater than 0'],
    [
      { sinceSeconds: "5", sinceTime: "2026-01-01T00:00:00Z" },
      'PodLogOptions "web" is invalid: : Forbidden: at most one of `sinceTime` or `sinceSeconds` may be specified',
    ],
    [{ sinceTime: "noon" }, 'parsing time "noon" as "2006-01-02T15:04:05Z07:00": cannot parse "noon" as "2006"'],
    [{ tailLines: "few" }, 'strconv.ParseInt: parsing "few": invalid syntax'],
  ])("%j is refused: %s", (query, message) => expect(() => asked(query)).toThrow(message));
});
