import { expect, it } from "vitest";
import { belongsTo, completed } from "./decide.ts";

const account = { metadata: { name: "robot", namespace: "default", uid: "u1" } };
const secret = (annotations: Record<string, string>, data?: Record<string, string>) => ({
  type: "kubernetes.io/service-account-token",
  metadata: { name: "s", namespace: "default", annotations },
  ...(data ? { data } : {}),
});

it("fills in what is missing and keeps what is there", () => {
  const named = secret({ "kubernetes.io/service-account.name": "robot" }, { extra: "eA==" });
  const full = completed(named, account, "CA", () => "T");
  expect(full).toEqual({
    ...named,
    metadata: {
      ...named.metadata,
      annotations: { "kubernetes.io/service-account.name": "robot", "kubernetes.io/service-account.uid": "u1" },
    },
    data: { extra: "eA==", "ca.crt": "Q0E=", namespace: "ZGVmYXVsdA==", token: "VA==" },
  });
  expect(completed(full, account, "CA", () => "other")).toBe(full);
  expect(completed(full, account, "new", () => "other").data).toMatchObject({ "ca.crt": "bmV3", token: "VA==" });
});

it.each([
  ["its account", { "kubernetes.io/service-account.name": "robot" }, true],
  ["its account by uid", { "kubernetes.io/service-account.name": "robot", "kubernetes.io/service-account.uid": "u1" }, true],
  ["an account of that name before", { "kubernetes.io/service-account.name": "robot", "kubernetes.io/service-account.uid": "u0" }, false],
  ["another account", { "kubernetes.io/service-account.name": "ada" }, false],
])("knows %s", (_, annotations, answer) => {
  expect(belongsTo(secret(annotations as Record<string, string>), account)).toBe(answer);
});
