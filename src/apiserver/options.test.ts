import { describe, expect, it } from "vitest";
import { StatusError } from "../machinery/index.ts";
import { listOptions, writeOptions } from "./options.ts";
import type { ApiRequest } from "./types.ts";

const asked = (query: ApiRequest["query"], contentType?: string): ApiRequest => ({
  method: "GET",
  path: "/",
  agent: "test",
  causes: [],
  query: query ?? {},
  ...(contentType ? { contentType } : {}),
});
const said = (fn: () => unknown): string => {
  try {
    fn();
  } catch (error) {
    if (error instanceof StatusError) return `${error.code} ${error.message}`;
    throw error;
  }
  return "accepted";
};

describe("what a query says about a list or a watch", () => {
  const rows: readonly (readonly [ApiRequest["query"], string])[] = [
    [{ limit: "5", resourceVersion: "0" }, "accepted"],
    [{ limit: "" }, '400 strconv.ParseInt: parsing "": invalid syntax'],
    [{ limit: "5x" }, '400 strconv.ParseInt: parsing "5x": invalid syntax'],
    [{ timeoutSeconds: "9223372036854775808" }, '400 strconv.ParseInt: parsing "9223372036854775808": value out of range'],
    [
      { resourceVersionMatch: "Exact" },
      '422 ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided',
    ],
    [
      { resourceVersionMatch: "Exact", resourceVersion: "0" },
      '422 ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: resourceVersionMatch "exact" is forbidden for resourceVersion "0"',
    ],
    [
      { resourceVersionMatch: "Newest", resourceVersion: "7" },
      '422 ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Unsupported value: "Newest": supported values: "Exact", "NotOlderThan", ""',
    ],
    [
      { sendInitialEvents: "true" },
      '422 ListOptions.meta.k8s.io "" is invalid: sendInitialEvents: Forbidden: sendInitialEvents is forbidden for list',
    ],
    [
      { watch: "1", sendInitialEvents: "true" },
      '422 ListOptions.meta.k8s.io "" is invalid: resourceVersionMatch: Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan',
    ],
    [
      { watch: "1", resourceVersionMatch: "Exact", resourceVersion: "7" },
      '422 ListOptions.meta.k8s.io "" is invalid: [resourceVersionMatch: Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided, resourceVersionMatch: Unsupported value: "Exact": supported values: "NotOlderThan"]',
    ],
    [{ watch: "1", sendInitialEvents: "1", resourceVersionMatch: "NotOlderThan" }, "accepted"],
  ];
  it.each(rows)("%j: %s", (query, expected) => expect(said(() => listOptions(asked(query)))).toBe(expected));

  it("takes any boolean but 0 and false for true", () => {
    const read = (watch: string) => listOptions(asked({ watch })).watch;
    expect(["", "1", "yes", "TRUE", "0", "false", "False"].map(read)).toEqual([true, true, true, true, false, false, false]);
  });
});

describe("what a query says about a write", () => {
  const rows: readonly (readonly [string, ApiRequest["query"], string])[] = [
    ["create", { dryRun: "All", fieldValidation: "Strict", pretty: "true", unheard: "of" }, "accepted"],
    [
      "create",
      { dryRun: "None" },
      '422 CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["None"]: supported values: "All"',
    ],
    [
      "update",
      { fieldValidation: "Loose" },
      '422 UpdateOptions.meta.k8s.io "" is invalid: fieldValidation: Unsupported value: "Loose": supported values: "", "Ignore", "Strict", "Warn"',
    ],
    ["patch", { force: "true" }, '422 PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch'],
    [
      "create",
      { fieldManager: "x".repeat(129) },
      '422 CreateOptions.meta.k8s.io "" is invalid: fieldManager: Too long: may not be more than 128 bytes',
    ],
    [
      "create",
      { fieldManager: "a\u0007" },
      '422 CreateOptions.meta.k8s.io "" is invalid: fieldManager: Invalid value: "a\\a": invalid character U+0007 (at position 1)',
    ],
    ["delete", { dryRun: "None" }, "accepted"],
  ];
  it.each(rows)("%s %j: %s", (verb, query, expected) => expect(said(() => writeOptions(asked(query), verb))).toBe(expected));

  it("asks an apply for its manager", () => {
    expect(said(() => writeOptions(asked({}, "application/apply-patch+yaml"), "patch"))).toBe(
      '422 PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  });
});
